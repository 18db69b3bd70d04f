"""Objectives of every kind, drawn by chance: whatever an objective may say, some example says it."""

from collections.abc import Callable
from decimal import Decimal

from hypothesis import strategies as st

from analytics.periods import Period
from analytics.slo.kinds import SPAN_DIMENSIONS, Budgeting, Dimension, Sli, WhenImpossible
from analytics.slo.objective import Objective
from analytics.slo.windows import Severity, Window

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.one_of(st.from_regex(r"[a-z][a-z0-9-]{0,30}[a-z0-9]", fullmatch=True), TEXTS.filter(bool))
WORDS = st.one_of(st.none(), st.sampled_from(["answer", "null", "no", "1.0", "a: b", "[x]", "~", ""]), TEXTS)
SECONDS = st.one_of(st.integers(1, 400_000).map(float), st.floats(0.01, 1e6), st.sampled_from([300.0, 3600.0, 86400.0]))
RATIOS = st.floats(0.0001, 0.9999)
MONEY = st.decimals("0.000000000000001", "1000000", allow_nan=False, places=15)
BOUNDS = st.one_of(st.integers(-5, 5).map(float), st.floats(-1e9, 1e9))
KEYS = st.one_of(st.sampled_from(["team", "example.com/team", "burnline.dev/x", "openslo.com/y", "A B"]), TEXTS)
PER_REQUEST = [word for word in Dimension if word not in SPAN_DIMENSIONS]


@st.composite
def windows(draw: Callable, longest_s: float) -> tuple[Window, ...]:
    def one() -> Window:
        long_s = draw(SECONDS.filter(lambda seconds: 0.002 < seconds <= longest_s))
        short_s = draw(st.one_of(st.just(long_s / 12), st.floats(0.001, long_s * 0.999)))
        return Window(draw(st.floats(1e-6, 1.0)), long_s, short_s, draw(st.sampled_from(Severity)))

    return tuple(one() for _ in range(draw(st.integers(1, 3))))


def limits(draw: Callable, sli: Sli) -> dict[str, object]:
    """What belongs to an SLI."""
    if sli in {Sli.LATENCY, Sli.FIRST_CHUNK}:
        return {"threshold_ms": draw(st.floats(0.001, 1e7))}
    if sli is Sli.COST:
        shares = {"budget": Decimal(draw(st.integers(1, 10**6))), "expected_requests": draw(st.integers(1, 10**6))}
        return draw(st.one_of(st.fixed_dictionaries({"ceiling_usd": MONEY}), st.just(shares), RELATIVE))
    if sli is Sli.TOKENS:
        return draw(st.one_of(st.fixed_dictionaries({"ceiling_tokens": st.integers(1, 10**9)}), RELATIVE))
    if sli is Sli.MEASURE:
        bound = draw(st.sampled_from(["at_least", "at_most", "labels"]))
        labels = st.lists(TEXTS, min_size=1, max_size=3).map(tuple)
        return {"measure": draw(NAMES), bound: draw(labels if bound == "labels" else BOUNDS)}
    return {}


RELATIVE = st.fixed_dictionaries(
    {"times_baseline": st.floats(0.1, 10), "baseline_s": st.integers(1, 30).map(lambda days: days * 86400.0)}
)


@st.composite
def objectives(draw: Callable) -> Objective:
    sli = draw(st.sampled_from(Sli))
    limit = limits(draw, sli)
    about_requests = sli is Sli.COST or "times_baseline" in limit
    words = PER_REQUEST if about_requests else list(Dimension)
    calendar = draw(st.one_of(st.none(), st.sampled_from(Period)))
    period_s = 28 * 86400.0 if calendar else draw(st.one_of(st.just(7 * 86400.0), st.floats(3600.0, 1e7)))
    return Objective(
        draw(NAMES),
        sli,
        draw(RATIOS),
        **{word.value: draw(WORDS) for word in words if draw(st.booleans())},
        **limit,
        **slices(draw),
        per=tuple(draw(st.lists(st.sampled_from(words), unique=True, max_size=3))),
        period_s=period_s,
        windows=draw(windows(86_400.0 if calendar else period_s)),
        calendar=calendar,
        time_zone=draw(st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"])) if calendar else "UTC",
        when_impossible=WhenImpossible.RESCALE,
        owner=draw(WORDS),
        description=draw(st.one_of(WORDS, st.just("long " * 300))),
        service=draw(WORDS),
        runbook_url=draw(WORDS),
        annotations=draw(st.dictionaries(KEYS, TEXTS, max_size=3)),
    )


def slices(draw: Callable) -> dict[str, object]:
    """How a budget is counted; slices of a minute fit into any window that is drawn whole minutes long."""
    return {"budgeting": Budgeting.OCCURRENCES, "time_slice_s": draw(st.integers(1, 99)) * 60.0}


SLICED = st.builds(
    Objective,
    NAMES,
    st.just(Sli.AVAILABILITY),
    RATIOS,
    budgeting=st.just(Budgeting.TIMESLICES),
    time_slice_s=st.sampled_from([60.0, 300.0]),
    time_slice_target=st.floats(0.001, 1.0),
    when_impossible=st.just(WhenImpossible.RESCALE),
)
RATIO_SLICED = st.builds(
    Objective,
    NAMES,
    st.just(Sli.AVAILABILITY),
    RATIOS,
    budgeting=st.just(Budgeting.RATIO_TIMESLICES),
    time_slice_s=st.sampled_from([60.0, 300.0]),
    when_impossible=st.just(WhenImpossible.RESCALE),
)
ANY = st.one_of(objectives(), SLICED, RATIO_SLICED)
