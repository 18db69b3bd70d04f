"""Findings, and what detectors know, in the store."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
import pyarrow as pa

from analytics.findings.course import Course, Ended
from analytics.findings.finding import Finding, Kind
from analytics.findings.reading import Key, instant
from analytics.findings.state import EDITION
from collector.store import Step, Store, queries_of
from collector.store.contract import Lane

_QUERIES = queries_of("analytics.findings")
_TIME = pa.timestamp("us")


def keep_findings(store: Store, findings: Sequence[Finding]) -> None:
    """Write findings as they stand now; raises :class:`~collector.store.StoreUnavailable` when nothing was written."""
    if findings:
        rows = pa.Table.from_pylist([_row(one) for one in findings], schema=_FINDINGS)
        store.change([Step(_QUERIES["findings_keep"])], tables={"told": rows}, lane=Lane.NOTED)


def findings_between(store: Store, start_s: int, until_s: int) -> list[Finding]:
    """Findings that were open at some time in a window, the newest first."""
    asked = {"start": instant(start_s), "until": instant(until_s)}
    return [_finding(row) for row in store.run(_QUERIES["findings_between"], asked).to_pylist()]


def keep_courses(store: Store, step_s: int, settled_s: int, courses: Iterable[tuple[Key, Course]]) -> None:
    """Write what the detectors of one step length know, in the place of what they knew."""
    rows = [
        {
            "step_s": step_s,
            **key._asdict(),
            "settled_at": instant(settled_s),
            "edition": EDITION,
            "state": orjson.dumps(course.state()).decode(),
        }
        for key, course in courses
    ]
    steps = [Step(_QUERIES["streams_forget"], {"step_s": step_s}), Step(_QUERIES["streams_keep"])]
    store.change(steps, tables={"known": pa.Table.from_pylist(rows, schema=_STREAMS)}, lane=Lane.NOTED)


def courses(store: Store, step_s: int) -> tuple[int | None, dict[Key, Course]]:
    """What the detectors knew, and the instant up to which they had judged; None where nothing was kept."""
    rows = store.run(_QUERIES["streams_known"], {"step_s": step_s, "edition": EDITION}).to_pylist()
    found = {Key(row["measure"], row["dimension"], row["value"]): Course.of(orjson.loads(row["state"])) for row in rows}
    return (rows[0]["settled_s"] if rows else None), found


def _row(one: Finding) -> dict[str, Any]:
    return {
        "finding_id": one.finding_id,
        "group_id": one.group_id,
        **one.key._asdict(),
        "step_s": one.step_s,
        "start_at": instant(one.start_s),
        "alarmed_at": instant(one.alarmed_s),
        "until_at": None if one.until_s is None else instant(one.until_s),
        "ended_as": one.ended,
        "expected": one.expected,
        "observed": one.observed,
        "p_value": one.p_value,
        "explanation": orjson.dumps(one.explanation).decode(),
        "kind": one.kind,
    }


def _finding(row: Mapping[str, Any]) -> Finding:
    return Finding(
        finding_id=row["finding_id"],
        group_id=row["group_id"],
        key=Key(row["measure"], row["dimension"], row["value"]),
        step_s=row["step_s"],
        start_s=row["start_s"],
        alarmed_s=row["alarmed_s"],
        until_s=row["until_s"],
        ended=None if row["ended_as"] is None else Ended(row["ended_as"]),
        expected=row["expected"],
        observed=row["observed"],
        p_value=row["p_value"],
        explanation=orjson.loads(row["explanation"]),
        kind=Kind(row["kind"]),
    )


_WORDS = [("measure", pa.string()), ("dimension", pa.string()), ("value", pa.string()), ("step_s", pa.int32())]
_FINDINGS = pa.schema(
    [
        ("finding_id", pa.string()),
        ("group_id", pa.string()),
        *_WORDS,
        *((name, _TIME) for name in ("start_at", "alarmed_at", "until_at")),
        ("ended_as", pa.string()),
        *((name, pa.float64()) for name in ("expected", "observed", "p_value")),
        ("explanation", pa.string()),
        ("kind", pa.string()),
    ]
)
_STREAMS = pa.schema([*_WORDS, ("settled_at", _TIME), ("edition", pa.string()), ("state", pa.string())])
