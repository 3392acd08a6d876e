"""summary.json and summary.md: what was asked, what was found, on which machine."""
import dataclasses
import json
import os

MARKS = {"passed": "passed", "failed": "**FAILED**", "skipped": "skipped"}


def _write(path, text):
    """In one step, so that a summary is whole whenever the run is ended."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def counts(results):
    return {outcome: sum(result.outcome == outcome for result in results) for outcome in MARKS}


def as_json(about, checks, results):
    rows = []
    for check, result in zip(checks, results):
        rows.append({**dataclasses.asdict(result), "asks": check.asks, "how": check.how, "passes": check.passes})
    return {**about, "counts": counts(results), "checks": rows}


def _cell(text):
    return " ".join(str(text).split()).replace("|", "\\|")


def as_markdown(summary):
    machine = summary["machine"]
    title = "dry run on a CPU: says nothing about a GPU" if summary["dry_run"] else machine.get("device_name", machine["device"])
    lines = [f"# gpu-check: {title}", ""]
    if summary["finished"]:
        lines.append(", ".join(f"{count} {outcome}" for outcome, count in summary["counts"].items()) +
                     f"; {summary['seconds']:.0f} s")
    else:
        lines.append(f"**Not finished**: ended after {summary['seconds']:.0f} s")
    known = [f"{key.replace('_', ' ')} {value}" for key, value in machine.items() if isinstance(value, (str, int, float))]
    lines += ["", f"{summary['created']}; {summary['program']}; " + ", ".join(known), ""]
    lines += ["| check | outcome | seconds | what it asks | reason |", "| --- | --- | --- | --- | --- |"]
    for row in summary["checks"]:
        lines.append("| " + " | ".join(map(_cell, (row["name"], MARKS[row["outcome"]], f"{row['seconds']:.1f}", row["asks"],
                                                   row["reason"]))) + " |")
    for row in summary["checks"]:
        if row["numbers"] or row["notes"]:
            lines += ["", f"## {row['name']}", "", f"{row['how']}. Passes if: {row['passes']}.", ""]
            lines += [f"- {key}: {_shown(value)}" for key, value in row["numbers"].items()]
            lines += [f"- note: {_cell(note)}" for note in row["notes"]]
    if summary["left_out"]:
        lines += ["", "## Left out to keep the results small", "", *(f"- {sentence}" for sentence in summary["left_out"])]
    return "\n".join(lines) + "\n"


def _shown(value):
    return _cell(value if isinstance(value, (str, int, float)) else json.dumps(value, default=str))


def write(folder, about, checks, results):
    summary = as_json(about, checks, results)
    _write(folder / "summary.json", json.dumps(summary, indent=1, default=str) + "\n")
    _write(folder / "summary.md", as_markdown(summary))
    return summary
