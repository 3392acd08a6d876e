"""How the device was while steps were timed: times say little without it."""

CLOCKS = ("sm_clock_hz", "sm_clock_low_hz", "sm_clock_high_hz", "throttle_reasons")
SHARED = "shared GPU"  # part of the notes of points and workers beside which somebody else computes


def _label(point):
    return f"{point.policy} {point.training['precision']} batch {point.training['batch_size']}"


def take_conditions(findings, run):
    """Stores clocks and what slowed the device down by point; on a GPU clocks under load have to be known. Repeats notes that the
    device was shared. Throttling is told and no failure: a card under load may reach its power cap, and that is its speed."""
    found = findings.numbers.setdefault("device_while_timed", {})
    notes = list(run.hello.get("notes") or [])
    unknown, slowed, reasons = [], {}, set()  # slowed: label -> samples
    for point in run.completed():
        state = point.one("device_state") or {}
        samples = [sample for sample in point.records.get("sample", []) if not sample.get("warm_up")]
        throttled = sum(bool(sample.get("throttled")) for sample in samples)
        label = _label(point)
        found[f"{run.path.name.partition('.')[0]}: {label}"] = {**{key: state[key] for key in CLOCKS if key in state},
                                                                "throttled_samples": throttled, "samples": len(samples)}
        if state.get("sm_clock_low_hz") is None:
            unknown.append(label)
        if throttled:
            slowed[label] = throttled
            reasons.update(state.get("throttle_reasons") or ["no reason given"])
        notes += point.finished.get("notes") or []
    if unknown:
        findings.absent(f"{run.path.name}: the clocks while steps ran are not recorded of {', '.join(unknown)}")
    if slowed:
        findings.notes.append(f"{run.path.name}: the device was slowed down ({', '.join(sorted(reasons))}) in samples of " +
                              ", ".join(f"{label}: {count}" for label, count in slowed.items()))
    findings.notes += [note for note in dict.fromkeys(notes) if SHARED in note and note not in findings.notes]
