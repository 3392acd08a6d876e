"""Keeps a folder of results small: oversized timelines go first, whole run files last."""
import json
import os

# What can be done without, in this order; one row is emptied over all files before the next is begun.
DROPPED = (("allocation_timeline", "kernel_timeline"), ("op_time", "block_result"), ("sample",))
MIB = 1 << 20


def _size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _kind(line):
    try:
        return json.loads(line).get("record")
    except (ValueError, AttributeError, RecursionError):
        return None


def _bytes_of(path, kinds):
    with open(path, "rb") as lines:
        return sum(len(line) for line in lines if _kind(line) in kinds)


def _drop(path, kinds):
    """Rewrites a run file without records of these kinds, and says so in it."""
    left_out = left_out_bytes = 0
    whole = True  # a torn last line must not swallow what is added
    part = path.with_name(path.name + ".part")
    with open(path, "rb") as lines, open(part, "wb") as kept:
        for line in lines:
            if _kind(line) in kinds:
                left_out, left_out_bytes = left_out + 1, left_out_bytes + len(line)
            else:
                kept.write(line)
                whole = line.endswith(b"\n")
        message = f"{left_out} records ({', '.join(kinds)}; {left_out_bytes / MIB:.1f} MiB) were left out to keep the results small"
        kept.write(b"" if whole else b"\n")
        kept.write(json.dumps({"record": "event", "severity": "info", "message": message}).encode() + b"\n")
    os.replace(part, path)
    return f"{path.name}: {message}"


def fit(folder, limit_bytes):
    """Makes the files of a folder fit; returns a sentence for each thing that was left out."""
    said = []
    for kinds in DROPPED:
        if _size(folder) <= limit_bytes:
            return said
        sizes = {path: _bytes_of(path, kinds) for path in folder.glob("*.remat.jsonl")}
        for path in sorted(sizes, key=sizes.get, reverse=True):
            if sizes[path] > 0 and _size(folder) > limit_bytes:
                said.append(_drop(path, kinds))
    for path in sorted(folder.glob("*.remat.jsonl"), key=lambda path: path.stat().st_size, reverse=True):
        if _size(folder) > limit_bytes:
            said.append(f"{path.name}: left out ({path.stat().st_size / MIB:.1f} MiB)")
            path.unlink()
    return said
