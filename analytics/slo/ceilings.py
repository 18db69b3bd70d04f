"""Ceilings that follow the days before: "twice the tokens of a usual request".

Every day at midnight UTC the median request of the days before is taken, and the ceiling, ``times_baseline`` times
that, is recorded with what it was made from. What ended on a day is judged by the ceiling of that day, whenever it
arrives. A day whose days before told too little has no ceiling, and nothing is said about it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from itertools import groupby
from typing import Any

import pyarrow as pa

from analytics.slo.composing import GROUPED, composed, kinds_of
from analytics.slo.kinds import Sli
from analytics.slo.objective import COST_TYPE, Objective, objective_table
from collector.store import Step, Store, queries_of

LEAST_REQUESTS = 20
"""Requests that make a median: of fewer, one strange one is a twentieth."""
_QUERIES = queries_of("analytics.slo")
_SCHEMA = pa.schema(
    [
        ("objective_id", pa.uint64()),
        ("from_at", pa.timestamp("ns")),
        ("ceiling_usd", COST_TYPE),
        ("ceiling_tokens", pa.int64()),
        ("median", pa.float64()),
        ("requests", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What an objective's ceiling is from a midnight on, and why."""

    objective_id: int
    from_at: datetime
    ceiling_usd: Decimal | None
    ceiling_tokens: int | None
    median: float | None
    requests: int


def refresh(store: Store, objectives: Iterable[Objective], at: datetime) -> Sequence[Ceiling]:
    """Record today's ceilings where there are none yet, and count today again by them; returns those.

    Call it after :func:`~analytics.slo.judging.register`, and whenever a day may have begun: again costs one question.
    """
    relative = {objective.objective_id: objective for objective in objectives if objective.relative}
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    known = _rows(store, relative, midnight)
    missing = [o for key, o in relative.items() if key not in known or known[key]["from_at"] != _plain(midnight)]
    if not missing:
        return ()
    found = [ceiling for ceilings_of in _by_baseline(store, missing, midnight) for ceiling in ceilings_of]
    since, kinds = {"since": _plain(midnight)}, kinds_of(missing)
    queries = composed(kinds)
    steps = [
        Step(_QUERIES["objective_forget_since"]),
        Step(_QUERIES["objective_ceiling_add"]),
        *([Step(queries["objective_recount_groups"], since)] if GROUPED in kinds.split() else []),
        Step(queries["objective_recount"], since),
    ]
    store.change(steps, tables={"found": _table(found)})
    return found


def ceilings(store: Store, objectives: Iterable[Objective], at: datetime) -> Mapping[int, Mapping[str, Any]]:
    """The ceilings that hold at an instant, by objective id: ``ceiling_usd`` and ``ceiling_tokens``."""
    relative = {objective.objective_id: objective for objective in objectives if objective.relative}
    rows = _rows(store, relative, at) if relative else {}
    return {key: {name: row[name] for name in ("ceiling_usd", "ceiling_tokens")} for key, row in rows.items()}


def _rows(store: Store, relative: Mapping[int, Objective], at: datetime) -> Mapping[int, Mapping[str, Any]]:
    wanted = pa.table({"objective_id": pa.array(list(relative), pa.uint64())})
    found = store.run(_QUERIES["objective_ceilings_now"], {"at": _plain(at)}, tables={"wanted": wanted})
    return {row["objective_id"]: row for row in found.to_pylist()}


def _by_baseline(store: Store, objectives: Sequence[Objective], midnight: datetime) -> Iterable[list[Ceiling]]:
    ordered = sorted(objectives, key=lambda objective: objective.baseline_s)
    for baseline_s, same in groupby(ordered, key=lambda objective: objective.baseline_s):
        known = {objective.objective_id: objective for objective in same}
        window = {"start": _plain(midnight - timedelta(seconds=baseline_s)), "until": _plain(midnight)}
        wanted = {"wanted": objective_table(list(known.values()))}
        rows = store.run(_QUERIES["objective_baselines"], window, tables=wanted).to_pylist()
        yield [_ceiling(known[row["objective_id"]], row, midnight) for row in rows]


def _ceiling(objective: Objective, row: Mapping[str, Any], midnight: datetime) -> Ceiling:
    median, requests = row["median"], row["requests"]
    limit = None
    if median is not None and requests >= LEAST_REQUESTS:
        limit = Decimal(repr(objective.times_baseline)) * Decimal(repr(median))
    of_cost = objective.sli is Sli.COST
    usd = limit.quantize(Decimal(1).scaleb(-COST_TYPE.scale), ROUND_DOWN) if limit is not None and of_cost else None
    tokens = int(limit) if limit is not None and not of_cost else None
    return Ceiling(objective.objective_id, midnight, usd, tokens, median, requests)


def _table(found: Sequence[Ceiling]) -> pa.Table:
    rows = [{name: getattr(ceiling, name) for name in _SCHEMA.names} for ceiling in found]
    return pa.Table.from_pylist([row | {"from_at": _plain(row["from_at"])} for row in rows], schema=_SCHEMA)


def _plain(at: datetime) -> datetime:
    """Without a zone, as the store binds it."""
    return at.astimezone(UTC).replace(tzinfo=None)
