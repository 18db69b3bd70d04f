"""Keeps outcomes: each once, whatever is sent again, a whole batch in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyarrow as pa

from analytics.outcomes.outcome import PLACES, Outcome
from collector.store import Step, Store, queries_of
from collector.store.contract import Lane

QUERIES = queries_of("analytics.outcomes")
_VALUE = pa.decimal128(38, PLACES)


class Standing(StrEnum):
    """What became of one that was told."""

    STORED = "stored"
    KNOWN = "known"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Kept:
    """One that was told, and what became of it."""

    outcome: Outcome
    standing: Standing
    joined: bool
    """Whether its request is there."""


def keep(store: Store, outcomes: Sequence[Outcome], now_ns: int) -> list[Kept]:
    """Keep outcomes; one whose id stands for another one is a conflict, and is not kept."""
    before = _found(store, outcomes)
    fresh = {one.outcome_id: one for one in outcomes if one.outcome_id not in before}
    if fresh:
        store.change([Step(QUERIES["outcomes_add"])], tables={"fresh": _rows(fresh, now_ns)}, lane=Lane.NOTED)
    after, seen = _found(store, outcomes), set(before)
    kept = []
    for one in outcomes:
        row = after[one.outcome_id]
        known = Standing.KNOWN if one.outcome_id in seen else Standing.STORED
        same = row["content_sha256"] == one.content_sha256
        kept.append(Kept(one, known if same else Standing.CONFLICT, row["joined"]))
        seen.add(one.outcome_id)
    return kept


def _found(store: Store, outcomes: Sequence[Outcome]) -> dict[str, Mapping[str, Any]]:
    params = {"outcome_ids": [one.outcome_id for one in outcomes]}
    return {row["outcome_id"]: row for row in store.run(QUERIES["outcomes_by_id"], params).to_pylist()}


def _rows(fresh: Mapping[str, Outcome], now_ns: int) -> pa.Table:
    told, count = list(fresh.values()), len(fresh)
    traces = [None if one.trace_id is None else bytes.fromhex(one.trace_id) for one in told]
    columns = {
        "outcome_id": pa.array([bytes.fromhex(outcome_id) for outcome_id in fresh], pa.uuid()),
        "content_sha256": pa.array([one.content_sha256 for one in told], pa.string()),
        "recorded_at": pa.array([now_ns] * count, pa.timestamp("ns")),
        "happened_at": pa.array([one.at_ns for one in told], pa.timestamp("ns")),
        "name": pa.array([one.name for one in told], pa.string()),
        "value": pa.array([one.value for one in told], _VALUE),
        "trace_id": pa.array(traces, pa.uuid()),
        "response_id": pa.array([one.response_id for one in told], pa.string()),
    }
    return pa.table(columns)
