"""Effects as they were judged last, in the store: they stay when requests go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson
import pyarrow as pa

from alerts.effects.effect import Effect, effect_id
from alerts.effects.figures import QUERIES
from alerts.effects.stretches import Stretch, month_of
from alerts.plain import back, plain
from collector.store import Step, Store
from collector.store.contract import Lane

SETTLED_NS = 7 * 86_400 * 10**9
"""After this long nothing late is waited for: outcomes and evaluations come within days."""
_SOONEST_NS = 60 * 10**9
"""Between two judgements of one downgrade."""
_WHILE_IT_LASTS, _AFTERWARDS = 50, 4
"""It is judged again after a fiftieth of the time it has lasted; after its end, a quarter of the time since then."""
_TIME = pa.timestamp("ns")
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("effect_id", "month", "tenant", "route")),
        *((name, _TIME) for name in ("start_at", "until_at", "judged_at")),
        ("settled", pa.bool_()),
        ("effect", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Judged:
    """When an effect was judged last."""

    judged_ns: int
    settled: bool


def due(stretch: Stretch, known: Judged | None, now_ns: int) -> bool:
    """Whether a stretch is to be judged: what changes quickly often, what hardly changes seldom, what settled never."""
    if known is None:
        return True
    if known.settled:
        return False
    age_ns = now_ns - known.judged_ns
    if stretch.until_ns is None:
        return age_ns >= max(_SOONEST_NS, (known.judged_ns - stretch.start_ns) // _WHILE_IT_LASTS)
    if known.judged_ns < stretch.until_ns or settled(stretch, now_ns):
        return True
    return age_ns >= max(_SOONEST_NS, (known.judged_ns - stretch.until_ns) // _AFTERWARDS)


def settled(stretch: Stretch, at_ns: int) -> bool:
    """Whether nothing late is waited for any more."""
    return stretch.until_ns is not None and at_ns >= stretch.until_ns + SETTLED_NS


def keep(store: Store, effects: Iterable[Effect]) -> None:
    """Write effects in the place of what was known of them."""
    rows = [_row(one) for one in effects]
    if rows:
        judged = pa.Table.from_pylist(rows, schema=_SCHEMA)
        store.change([Step(QUERIES["effects_keep"])], tables={"judged": judged}, lane=Lane.NOTED)


def known(store: Store, wanted: Sequence[Stretch]) -> Mapping[str, Effect]:
    """Those of these stretches that were judged, by id."""
    asked = {"effect_ids": [effect_id(one) for one in wanted]}
    rows = store.run(QUERIES["effects_known"], asked).to_pylist()
    return {row["effect_id"]: back(Effect, orjson.loads(row["effect"])) for row in rows}


def judgements(store: Store) -> Mapping[str, Judged]:
    """When each was judged last."""
    rows = store.run(QUERIES["effects_judged"]).to_pylist()
    return {row["effect_id"]: Judged(row["judged_ns"], row["settled"]) for row in rows}


def _row(one: Effect) -> dict[str, object]:
    stretch = one.stretch
    return {
        "effect_id": one.effect_id,
        "month": month_of(stretch.start_ns),
        "tenant": stretch.scope.tenant,
        "route": stretch.scope.route,
        "start_at": stretch.start_ns,
        "until_at": stretch.until_ns,
        "judged_at": one.judged_ns,
        "settled": settled(stretch, one.judged_ns),
        "effect": orjson.dumps(plain(one)).decode(),
    }
