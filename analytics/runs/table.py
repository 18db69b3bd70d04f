"""The table ``rate_runs`` as records, and back."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pyarrow as pa

from analytics.runs.run import Run, RunKind, RunStatus
from collector.store import Step, Store, queries_of

QUERIES = queries_of("analytics.runs")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANTS = ("recorded", "as_of", "start", "until", "rerated_until")


def read_runs(store: Store) -> tuple[Run, ...]:
    """Every run, newest first."""
    return tuple(_run(row) for row in store.run(QUERIES["runs_all"]).to_pylist())


def add_run(store: Store, run: Run) -> Run:
    """Write a run under the next free number; returns it with that number."""
    store.change([Step(QUERIES["runs_add"])], tables={"fresh": _row(run)})
    return read_runs(store)[0]


def instant_ns(at: datetime) -> int:
    """An aware instant in unix nanoseconds.

    >>> instant_ns(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000000
    """
    return (at - _EPOCH) // timedelta(microseconds=1) * 1_000


def instant(ns: int) -> datetime:
    """Unix nanoseconds as an aware instant, to the microsecond."""
    return _EPOCH + timedelta(microseconds=ns // 1_000)


def _run(row: Mapping[str, Any]) -> Run:
    named = {entry.name: row[entry.name] for entry in fields(Run)}
    ids = {name: _uuid(row[name]) for name in ("edition_id", "rules_id")}
    return Run(**(named | ids | {"kind": RunKind(row["kind"]), "status": RunStatus(row["status"])}))


def _uuid(value: object) -> UUID:
    return UUID(bytes=value) if isinstance(value, bytes) else UUID(str(value))


def _row(run: Run) -> pa.Table:
    instants = {
        f"{name}_at": pa.array([getattr(run, f"{name}_ns")], pa.int64()).cast(pa.timestamp("ns")) for name in _INSTANTS
    }
    return pa.table(
        {
            "run_id": pa.array([run.run_id], pa.int32()),
            "kind": [str(run.kind)],
            "status": [str(run.status)],
            "edition_id": pa.array([run.edition_id.bytes], pa.uuid()),
            "rules_id": pa.array([run.rules_id.bytes], pa.uuid()),
            "from_seq": pa.array([run.from_seq], pa.int64()),
            "until_seq": pa.array([run.until_seq], pa.int64()),
            "note": pa.array([run.note], pa.string()),
        }
        | instants
    )
