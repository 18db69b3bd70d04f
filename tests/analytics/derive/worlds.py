"""Small worlds of traces, ways in which they may arrive, and everything derivation says about them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from analytics.slo.judging import register
from analytics.slo.objective import Dimension, Objective, Sli
from collector.dialects.fields import ATTRIBUTION_COLUMNS
from tests.analytics.derive.house import House, S, Sent

OBJECTIVES = (
    Objective("up", Sli.AVAILABILITY, 0.99, route="answer"),
    Objective("quick", Sli.LATENCY, 0.99, tenant="acme", threshold_ms=1_500.0),
    Objective("cheap", Sli.COST, 0.99, ceiling_usd=Decimal("0.003")),
    Objective("short", Sli.TOKENS, 0.99, ceiling_tokens=1_300, per=(Dimension.TENANT, Dimension.TEAM)),
    Objective("prompt", Sli.FIRST_CHUNK, 0.99, threshold_ms=800.0),
    Objective("models", Sli.AVAILABILITY, 0.99, stage="model", per=(Dimension.MODEL,)),
    Objective("tools at acme", Sli.LATENCY, 0.99, tenant="acme", stage="tool", threshold_ms=700.0),
    Objective("hits", Sli.MEASURE, 0.99, measure="cache.hit", at_least=1.0, per=(Dimension.STAGE,)),
    Objective("faithful", Sli.MEASURE, 0.99, measure="faithfulness", at_least=0.7, per=(Dimension.MODEL,)),
    Objective("safe at acme", Sli.MEASURE, 0.99, tenant="acme", measure="safety", labels=("pass",)),
)
WORDS = tuple(column.name for column in ATTRIBUTION_COLUMNS)
SCOPES = ("app", "openinference.instrumentation.langchain", "com.anthropic.sdk.python", "openlit.instrumentation.x")
# within seconds, in the next minute, beyond the reach of copies, and beyond an hour
_STARTS = st.sampled_from([0.0, 0.0, 0.25, 1.0, 59.5, 61.0, 1_200.0, 4_000.0])
_TOKENS = st.sampled_from([None, (0, 0), (100, 10), (100, 10), (1_200, 80, 1_024), (1_400, 80, 1_024, 200), (17,)])
_USAGE_KEYS = (
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_write.input_tokens",
)


@st.composite
def spans(draw: Any, trace: int, number: int, count: int) -> Sent:
    """One span of a trace of ``count`` spans; its parent may be any of them, itself, or one that never comes."""
    kind = draw(st.sampled_from(["model", "model", "model", "embedding", "agent", "request", "tool", None]))
    says: dict[str, Any] = {}
    if kind in {"model", "embedding", "agent"}:
        says["gen_ai.request.model"] = draw(st.sampled_from(["gpt-4o", "gpt-4o-mini", "of-our-own"]))
        says["gen_ai.provider.name"] = "openai"
        says |= dict(zip(_USAGE_KEYS, draw(_TOKENS) or (), strict=False))
        response = draw(st.sampled_from([None, None, "chatcmpl-1", "chatcmpl-2", "chatcmpl-3"]))
        says |= {} if response is None else {"gen_ai.response.id": response}
    for key, values in _WHO.items():
        word = draw(st.sampled_from(values))
        says |= {} if word is None else {key: word}
    return Sent(
        trace=trace,
        span=number,
        parent=draw(st.sampled_from([None, *range(1, count + 1), 99])),
        start_s=draw(_STARTS),
        duration_s=draw(st.sampled_from([0.0, 0.5, 2.0, 60.0])),
        kind=kind,
        scope=draw(st.sampled_from(SCOPES)),
        service=draw(st.sampled_from(["shop", "shop", "desk", None])),
        failed=draw(st.booleans()),
        remote=draw(st.booleans()),
        says=says,
    )


_WHO: Mapping[str, Sequence[Any]] = {
    "burnline.tenant": [None, None, "acme", "globex"],
    "burnline.route": [None, None, "answer"],
    "burnline.team": [None, None, None, "search"],
    "burnline.degraded": [None, None, True, False],
    "user.id": [None, None, "u-1"],
    "error.type": [None, None, None, "timeout"],
    "burnline.cache.hit": [None, None, None, True, False],
    "burnline.evaluation.weight": [None, None, 2.5],
    "gen_ai.response.time_to_first_chunk": [None, None, 0.2, 0.9],
}


@st.composite
def worlds(draw: Any) -> tuple[Sent, ...]:
    """Every span of one to four traces."""
    found: list[Sent] = []
    for trace in range(1, draw(st.integers(1, 4)) + 1):
        count = draw(st.integers(1, 5))
        found += [draw(spans(trace, number, count)) for number in range(1, count + 1)]
    return tuple(found)


Act = Callable[[House], object]


@dataclass(frozen=True, slots=True)
class Send:
    """Some spans arrive in one request."""

    spans: tuple[Sent, ...]

    def __call__(self, house: House) -> None:
        house.send(*self.spans)


@dataclass(frozen=True, slots=True)
class Do:
    """Something else happens."""

    what: str

    def __call__(self, house: House) -> None:
        getattr(house, self.what)()


@st.composite
def arrivals(draw: Any, world: tuple[Sent, ...]) -> list[Act]:
    """The spans in any order and any batches, some of them again, with derivations and restarts in between."""
    order = draw(st.permutations(world))
    again = draw(st.lists(st.sampled_from(world), max_size=4))
    waiting = [*order, *again]
    acts: list[Act] = []
    while waiting:
        size = draw(st.integers(1, len(waiting)))
        acts.append(Send(tuple(waiting[:size])))
        waiting = waiting[size:]
        between = draw(st.sampled_from(["derive", "derive", "derive", "restart", "settle", None]))
        acts += [] if between is None else [Do(between)]
    return acts


def house_with_objectives() -> House:
    """A house that counts for the objectives above."""
    house = House()
    register(house.store, OBJECTIVES)
    return house


def told(house: House) -> dict[str, Any]:
    """Everything derivation says, in a form that two houses can be compared by."""
    return {
        "requests": house.requests(),
        "lines": house.lines(),
        "request_minutes": _sums(house, "request_minutes", (*WORDS, "degraded")),
        "cost_minutes": _sums(house, "cost_minutes", (*WORDS, "rate_id", "purpose")),
        "latency_minutes": _sums(house, "latency_minutes", (*WORDS, "stage", "provider", "model", "bucket")),
        "objective_minutes": _sums(house, "objective_minutes", ("objective_id", *map(str, Dimension))),
        "figures": house.rows(_FIGURES),
    }


_MEASURES = {
    "request_minutes": (
        *("requests", "errors", "duration_ns", "input_tokens", "output_tokens"),
        *("cost_usd", "unpriced_requests", "missing_usage_requests"),
    ),
    "cost_minutes": ("quantity", "list_cost_usd", "cost_usd", "lines"),
    "latency_minutes": ("observations", "errors"),
    "objective_minutes": ("total", "good", "events", "weight_square_sum"),
}


_ATTRIBUTIONS = "attributions using (attribution_id)"
_FIGURES = """
select f.* exclude (trace_id, batch_seq, record_index, attribution_id), f.trace_id::varchar as trace, a.tenant, a.team
from figures f left join attributions a using (attribution_id)
order by trace, span_id, told_at, measure, value, label
"""


def _sums(house: House, table: str, keys: Sequence[str]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    of_objective = table == "objective_minutes"
    joined = f"left join {'objective_groups using (objective_id, group_id)' if of_objective else _ATTRIBUTIONS}"
    totals: dict[tuple[Any, ...], list[Any]] = defaultdict(lambda: [0] * len(_MEASURES[table]))
    for row in house.rows(f"select * from {table} {joined}"):  # noqa: S608 - names of the tables above
        own = totals[row["minute_at"], *(row[key] for key in keys)]
        for i, name in enumerate(_MEASURES[table]):
            own[i] += row[name]
    return {key: tuple(values) for key, values in totals.items() if any(values)}


def brute_force(house: House) -> dict[str, Any]:
    """The roll-ups as a person would make them, from requests, lines and spans."""
    requests = house.requests()
    who = {request["trace"]: request for request in requests}
    by_minute: dict[str, Counter[tuple[Any, ...]]] = defaultdict(Counter)
    for request in requests:
        minute, words = _minute(request["ended_at"]), _words(request)
        by_minute["requests"][minute, *words, request["degraded"]] += 1
        by_minute["errors"][minute, *words, request["degraded"]] += request["status"] == "error"
        by_minute["cost"][minute, *words, request["degraded"]] += request["cost_usd"] or 0
        by_minute["request latency"][minute, *words, request["status"]] += 1
    for line in house.rows(
        "select *, trace_id::varchar as trace from ledger_lines join attributions using (attribution_id)"
    ):
        by_minute["line cost"][_minute(line["started_at"]), *_words(line), line["rate_id"]] += line["cost_usd"] or 0
        by_minute["quantity"][_minute(line["started_at"]), *_words(line), line["rate_id"]] += line["quantity"]
    for span in house.rows(_SPANS):
        words = tuple(span[name] or who[span["trace"]][name] for name in WORDS)
        by_minute["span latency"][_minute(span["ended_at"]), *words, span["kind"], span["status"]] += 1
    return {name: _nonzero(counts) for name, counts in by_minute.items()}


_SPANS = """
select s.kind, s.status, s.trace_id::varchar as trace, a.*,
    epoch_ns(s.started_at) + s.duration_ns as ended_at
from spans s join attributions a using (attribution_id)
where s.kind <> 'request'
"""


def rolled_up(house: House) -> dict[str, Any]:
    """The same figures out of the roll-ups."""
    found: dict[str, Counter[tuple[Any, ...]]] = defaultdict(Counter)
    for row in house.rows("select * from request_minutes join attributions using (attribution_id)"):
        key = (row["minute_at"], *_words(row), row["degraded"])
        found["requests"][key] += row["requests"]
        found["errors"][key] += row["errors"]
        found["cost"][key] += row["cost_usd"]
    for row in house.rows("select * from cost_minutes join attributions using (attribution_id)"):
        key = (row["minute_at"], *_words(row), row["rate_id"])
        found["line cost"][key] += row["cost_usd"]
        found["quantity"][key] += row["quantity"]
    for row in house.rows("select * from latency_minutes join attributions using (attribution_id)"):
        of_request = row["stage"] == "request"
        for status, count in (("error", row["errors"]), ("ok", row["observations"] - row["errors"])):
            stage = () if of_request else (row["stage"],)
            found["request latency" if of_request else "span latency"][
                row["minute_at"], *_words(row), *stage, status
            ] += count
    return {name: _nonzero(counts) for name, counts in found.items()}


def _words(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in WORDS)


def _minute(instant_ns: int) -> int:
    return instant_ns - instant_ns % (60 * S)


def _nonzero(counts: Mapping[Any, Any]) -> dict[Any, Any]:
    return {key: value for key, value in counts.items() if value}
