"""Totals that scrapes read say what requests, spans and ledger lines say, and none of their two sums ever falls."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.derive.bounds import Bounds
from analytics.derive.folding import Folding
from analytics.slo.kinds import Sli
from analytics.slo.objective import Objective
from analytics.totals import totals
from collector.store import queries_of
from tests.analytics.derive.evaluated import Evaluation, evaluate
from tests.analytics.derive.house import House, Sent, call, derived
from tests.analytics.derive.worlds import worlds

ROOT = Sent(span=1, kind="request", says={"burnline.tenant": "acme", "burnline.route": "answer"})
CHILD = call(span=2, parent=1, duration_s=0.5)

COUNTED = """
    select family, tenant, route, status, stage, provider, request_model, model, rate_id, purpose, token_type, measure,
        error_type, finish_reason, bound,
        (sum(added) - sum(taken_back))::bigint as counted, sum(amount_added) - sum(amount_taken_back) as amount
    from metric_totals group by all
"""
ASKED = {
    "requests": "select tenant, route, status, count(*) as counted from r where complete group by all",
    "degraded_requests": "select tenant, route, count(*) as counted from r where complete and degraded group by all",
    "unpriced_requests": """select tenant, route, count(*) as counted from r
        where complete and cost_status in ('unpriced', 'partial') group by all""",
    "cost": """select tenant, route, count(*) as counted, sum(cost_usd) as amount from r
        where complete and cost_usd is not null group by all""",
    "request_duration": """select route, status, count(*) as counted, sum(duration_ns) as amount from r
        where complete group by all""",
    "first_chunk": """select route, count(*) as counted, sum(round(first_chunk_ms * 1e6)) as amount from r
        where complete and isfinite(first_chunk_ms) group by all""",
    "stage_duration": "select kind as stage, count(*) as counted, sum(duration_ns) as amount from spans group by all",
    "stage_failures": "select kind as stage, count(*) as counted from spans where status = 'error' group by all",
    "operation_duration": """select s.kind as stage, provider, coalesce(request_model, response_model) as request_model,
        coalesce(response_model, request_model) as model, count(*) as counted, sum(duration_ns) as amount
        from spans s left join model_calls c using (trace_id, span_id)
        where s.kind in ('model', 'embedding', 'rerank') group by all""",
    "token_usage": """select s.kind as stage, provider, coalesce(request_model, response_model) as request_model,
        coalesce(response_model, request_model) as model, token_type, count(*) as counted, sum(tokens) as amount
        from spans s join (
            select *, 'input' as token_type, input_tokens as tokens from model_calls
            union all select *, 'output', output_tokens from model_calls
        ) c using (trace_id, span_id)
        where s.kind in ('model', 'embedding', 'rerank') and tokens is not null group by all""",
    "line_cost": """select rate_id, purpose, count(*) as counted, sum(cost_usd) as amount from ledger_lines
        where cost_usd is not null group by all""",
    "request_errors": """select route, error_type, count(*) as counted from r where complete and status = 'error'
        group by all""",
    "refusals": """select tenant, route, count(*) as counted from r
        where complete and is_refused(error_type, finish_reason) group by all""",
    "finish_reasons": """select s.kind as stage, provider, coalesce(request_model, response_model) as request_model,
        coalesce(response_model, request_model) as model, finish_reason, count(*) as counted
        from spans s join model_calls c using (trace_id, span_id)
        where s.kind in ('model', 'embedding', 'rerank') and finish_reason is not null group by all""",
    "figures": """select route, measure, count(*) as counted, sum(value) as amount
        from figures left join attributions using (attribution_id) where value is not null group by all""",
    "line_quantity": "select rate_id, count(*) as counted, sum(quantity) as amount from ledger_lines group by all",
}
"""The same figures from what was derived, and from the spans themselves."""


def counted(house: House) -> dict[str, dict[tuple, tuple[int, Decimal]]]:
    """What the totals say by family, buckets together."""
    found: dict[str, dict[tuple, tuple[int, Decimal]]] = {family: {} for family in ASKED}
    for row in house.rows(COUNTED):
        words, family = _words(row), found[row["family"]]
        number, amount = family.get(words, (0, Decimal(0)))
        family[words] = number + row["counted"], amount + row["amount"]
    return {name: {words: sums for words, sums in family.items() if any(sums)} for name, family in found.items()}


def asked(house: House, family: str) -> dict[tuple, tuple[int, Decimal]]:
    with_words = "with r as (select * from requests left join attributions using (attribution_id)) "
    rows = house.rows(with_words + ASKED[family])
    return {_words(row): (row["counted"], Decimal(row.get("amount") or 0)) for row in rows}


def _words(row: Mapping[str, object]) -> tuple[tuple[str, object], ...]:
    left_out = {"family", "bound", "counted", "amount"}
    return tuple((name, value) for name, value in sorted(row.items()) if name not in left_out and value is not None)


def series(house: House, family: str) -> list[dict]:
    return [one for one in totals(house.store).to_pylist() if one["family"] == family]


def sums(house: House) -> dict[tuple, tuple[float, ...]]:
    return {(*one.values(),)[:15]: (*one.values(),)[15:19] for one in totals(house.store).to_pylist()}


@given(world=worlds(), cuts=st.lists(st.integers(0, 20), max_size=3))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_however_spans_arrive_totals_say_what_is_stored_and_none_falls(world, cuts):
    edges = sorted({0, *(cut for cut in cuts if cut < len(world)), len(world)})
    with House() as house:
        before: dict = {}
        for start, until in pairwise(edges):
            house.send(*world[start:until])
            house.derive()
            after = sums(house)
            assert all(new >= old for key in before for old, new in zip(before[key], after[key], strict=True))
            before = after
        house.settle()
        assert counted(house) == {family: asked(house, family) for family in ASKED}


def test_a_request_that_moves_is_taken_back_where_it_was():
    with derived(CHILD, settle=True) as house:
        house.send(ROOT)
        house.derive()
        found = {(one["tenant"], one["added"], one["taken_back"]) for one in series(house, "requests")}
    assert found == {("", 1, 1), ("acme", 1, 0)}


def test_a_span_that_changes_nothing_of_a_request_takes_nothing_back():
    with derived(ROOT) as house:
        house.send(Sent(span=3, parent=1, kind="tool"))
        house.derive()
        assert set(totals(house.store)["taken_back"].to_pylist()) == {0}


def test_thresholds_are_bounds_and_what_is_exactly_at_one_is_within():
    promised = [Objective("quick", Sli.LATENCY, 0.99, threshold_ms=1_500.0)]
    with House() as house:
        house.deriver._bounds = Bounds.of(promised)
        for trace, duration_s in enumerate((1.5, 1.500000001, 1.2), start=1):
            house.send(Sent(trace=trace, kind="request", duration_s=duration_s))
        house.derive()
        found = {one["bound"]: one["added"] for one in series(house, "request_duration")}
    assert found == {1_500.0: 2, 2_500.0: 1}


def test_spans_and_steps_have_no_thresholds_among_the_bounds_of_requests():
    of_spans = Objective("tools", Sli.LATENCY, 0.99, stage="tool", threshold_ms=1_500.0)
    assert Bounds.of([of_spans]) == Bounds()


@pytest.mark.parametrize("most_rows", [0, 1_000_000])
def test_folding_changes_no_sum(most_rows):
    with derived(CHILD, settle=True) as house, derived(CHILD, settle=True) as expected:
        house.deriver._folding = Folding(house.store, queries_of("analytics"), most_rows)
        for one in (house, expected):
            one.send(ROOT)
            one.derive()
        assert sums(house) == sums(expected)
        (rows,) = house.rows("select count(*) filter (where fold = 0) as unfolded from metric_totals")
        assert (rows["unfolded"] == 0) == (most_rows == 0)


def test_a_restart_goes_on_where_it_was():
    with derived(ROOT) as house:
        before = sums(house)
        house.restart()
        house.derive()
        assert sums(house) == before


def test_figures_are_counted_where_their_request_is_also_those_that_come_alone():
    found_nothing = Sent(span=2, parent=1, kind="retriever", says={"burnline.retrieval.document_count": 0})
    with derived(found_nothing, settle=True) as house:
        house.send(ROOT)
        house.derive()
        evaluate(house, Evaluation("groundedness", 0.75))
        house.derive()
        found = {
            (one["measure"], one["route"], one["bound"]): (one["added"], one["taken_back"], one["amount_added"])
            for one in series(house, "figures")
        }
    assert found == {
        ("retrieval.documents", "", 0.0): (1, 1, 0),
        ("retrieval.documents", "answer", 0.0): (1, 0, 0),
        ("groundedness", "answer", 0.8): (1, 0, 0.75),
    }


def test_an_evaluation_of_nothing_that_is_known_counts_for_nobody():
    with House() as house:
        evaluate(house, Evaluation("groundedness", 1.0, trace=7))
        house.derive()
        (one,) = series(house, "figures")
    assert (one["route"], one["bound"], one["added"]) == ("", 1.0, 1)


def test_errors_are_counted_by_their_type():
    limited = Sent(span=1, kind="request", failed=True, says={"error.type": "429", "burnline.route": "answer"})
    with derived(limited) as house:
        (one,) = series(house, "request_errors")
    assert (one["route"], one["error_type"], one["added"]) == ("answer", "429", 1)
