"""Sums are exact for any window and any split; what has no price is never zero."""

from collections import defaultdict
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.cost import CostParams, cost, spend_total
from analytics.notation import usd_text
from analytics.questions import Window
from tests.analytics.stored import MINUTE, NOON, Line, S, Stored, store_with, take_back

NOW = NOON + 60 * MINUTE


def asked(store, **params):
    return cost(store, CostParams(**params), NOW)


def by(answer, dimension: str) -> dict[str | None, object]:
    return {getattr(row, dimension): row for row in answer.rows}


def test_cost_is_split_and_adds_up_to_the_total():
    store = store_with(
        Stored(number=1, tenant="acme"),
        Stored(number=2, tenant="globex", lines=(Line(quantity=300),)),
        Stored(number=3, tenant=None, lines=(Line(quantity=2),)),
    )
    answer = asked(store, by="tenant")
    assert [(row.tenant, usd_text(row.cost_usd)) for row in answer.rows] == [
        ("globex", "0.00075"),  # 300 x 0.0000025
        ("acme", "0.00025"),
        (None, "0.000005"),  # unallocated, and shown
    ]
    assert usd_text(answer.totals.cost_usd) == "0.001005"
    assert answer.totals.quantities == {"input_uncached": "402"}


def test_sums_beyond_28_digits_keep_their_last_one():
    much = 4 * 10**18 + 7
    lines = (Line(quantity=much), Line(usage_class="output", quantity=much, unit_price_usd="0.000333333333333"))
    told = asked(store_with(Stored(lines=lines)), by="tenant")
    expected = "1343333333332000.002350833333331"  # 4,000,000,000,000,000,007 x 0.000335833333333
    assert [usd_text(sums.cost_usd) for sums in (*told.rows, told.totals)] == [expected, expected]


def test_a_row_names_only_the_dimensions_asked_for():
    answer = asked(store_with(Stored()), by="route,day").model_dump(exclude_unset=True)
    assert [(row["route"], row["day"]) for row in answer["rows"]] == [("answer", "2026-11-18")]
    assert "tenant" not in answer["rows"][0]


def test_without_a_price_the_cost_is_null_and_the_coverage_says_so():
    unpriced = Line(usage_class="output", unit_price_usd=None)
    store = store_with(Stored(number=1, tenant="dark", lines=(unpriced,)), Stored(number=2, lines=(Line(), unpriced)))
    rows_by = by(asked(store, by="tenant"), "tenant")
    dark, acme = rows_by["dark"], rows_by["acme"]
    assert (dark.cost_usd, dark.coverage.priced_ratio, dark.cost_per_ok_request_usd) == (None, 0.0, None)
    assert (usd_text(acme.cost_usd), acme.coverage.priced_ratio, acme.unpriced_requests) == ("0.00025", 0.5, 1)
    assert dark.quantities == {"output": "100"}


def test_a_free_price_is_zero_and_not_null():
    answer = asked(store_with(Stored(lines=(Line(unit_price_usd="0"),))))
    assert (usd_text(answer.totals.cost_usd), answer.totals.coverage.priced_ratio) == ("0", 1.0)


def test_failures_make_the_good_answers_dearer():
    failed = [Stored(number=n, status="error") for n in (1, 2)]
    totals = asked(store_with(*failed, Stored(number=3), Stored(number=4))).totals
    assert (totals.requests, totals.errors) == (4, 2)
    assert usd_text(totals.cost_per_1000_requests_usd) == "0.25"  # 4 x 0.00025 / 4 x 1000
    assert usd_text(totals.cost_per_ok_request_usd) == "0.0005"  # 4 x 0.00025 / 2


def test_requests_that_cost_nothing_keep_their_row():
    store = store_with(Stored(number=1), Stored(number=2, tier="cached_only", lines=()))
    cached = by(asked(store, by="tier"), "tier")["cached_only"]
    assert (cached.requests, cached.cost_usd, cached.coverage.priced_ratio) == (1, None, None)
    assert usd_text(cached.cost_per_1000_requests_usd) == "0"


def test_requests_are_not_counted_where_one_request_has_several_values():
    for params in ({"by": "model"}, {"by": "usage_class"}, {"model": "gpt-4o"}, {"by": "tenant", "provider": "openai"}):
        answer = asked(store_with(Stored()), **params)
        assert (answer.rows[0].requests, answer.totals.cost_per_1000_requests_usd) == (None, None)
        assert usd_text(answer.totals.cost_usd) == "0.00025"


def test_filters_and_their_empty_form():
    store = store_with(
        Stored(number=1, team=None, lines=(Line(model=None, provider=None),)),
        Stored(number=2, lines=(Line(quantity=1),)),
    )
    assert usd_text(asked(store, team="").totals.cost_usd) == "0.00025"
    assert usd_text(asked(store, model="").totals.cost_usd) == "0.00025"
    assert usd_text(asked(store, provider="openai").totals.cost_usd) == "0.0000025"
    assert asked(store, team="nobody").rows == ()


def test_the_prices_behind_a_figure_are_a_split_of_it():
    contract = Line(unit_price_usd="0.000002", price_id="contract/1")
    dark = Line(usage_class="output", unit_price_usd=None)
    store = store_with(Stored(number=1, lines=(contract, dark)), Stored(number=2))
    split = {row.price_id: row.cost_usd and usd_text(row.cost_usd) for row in asked(store, by="price_id").rows}
    assert split == {"p1": "0.00025", "contract/1": "0.0002", None: None}
    assert [row.model for row in asked(store, by="model", price_id="contract/1").rows] == ["gpt-4o"]
    assert asked(store, price_id="").totals.coverage.unpriced_lines == 1


def test_an_empty_window_has_no_rows_and_no_cost():
    answer = asked(store_with())
    assert (answer.rows, answer.totals.cost_usd, answer.totals.coverage.priced_ratio) == ((), None, None)


def test_pages_of_groups_are_the_rows_in_order():
    store = store_with(*[Stored(number=n, tenant=f"t{n}", lines=(Line(quantity=n),)) for n in range(1, 8)])
    seen, cursor = [], None
    while True:
        page = asked(store, by="tenant", limit=3, cursor=cursor)
        seen += [row.tenant for row in page.rows]
        cursor = page.next
        if cursor is None:
            break
    assert seen == [f"t{n}" for n in range(7, 0, -1)]


def test_what_a_derivation_took_back_leaves_no_empty_group():
    store = store_with(Stored(number=1, tenant="acme"), Stored(number=2, tenant="gone"))
    take_back(store, Stored(number=2, tenant="gone"))
    assert [row.tenant for row in asked(store, by="tenant").rows] == ["acme"]


_INSTANTS = st.integers(NOON - 3 * MINUTE, NOON + 6 * MINUTE)
_LINES = st.builds(
    Line,
    usage_class=st.sampled_from(["input_uncached", "output"]),
    quantity=st.integers(0, 10**9),
    unit_price_usd=st.sampled_from([None, "0.0000025", "0.000000000000001", "0"]),
    model=st.sampled_from([None, "gpt-4o"]),
    started_at=_INSTANTS,
)
_REQUESTS = st.lists(
    st.builds(
        Stored,
        number=st.integers(1, 2**128 - 1),
        started_at=_INSTANTS,
        duration_ns=st.integers(0, 90 * S),
        status=st.sampled_from(["ok", "error"]),
        tenant=st.sampled_from([None, "acme", "globex"]),
        complete=st.sampled_from([True, True, False]),
        lines=st.lists(_LINES, max_size=3),
    ),
    max_size=8,
    unique_by=lambda request: request.number,
)


@settings(max_examples=40, deadline=None)
@given(requests=_REQUESTS, edges=st.lists(_INSTANTS, min_size=2, max_size=2, unique=True))
def test_ragged_windows_equal_the_sum_of_the_ledger_lines(requests, edges):
    start, until = sorted(edges)
    store = store_with(*requests)
    answer = asked(store, by="tenant,model", start=start, until=until)
    found = {(row.tenant, row.model): (row.cost_usd, row.coverage.lines, row.quantities) for row in answer.rows}
    assert found == _brute_force(requests, start, until)
    whole = asked(store, start=start, until=until).totals
    assert whole.requests == sum(r.complete and start <= r.started_at + r.duration_ns < until for r in requests)
    store.close()


@settings(max_examples=20, deadline=None)
@given(
    requests=_REQUESTS,
    edges=st.lists(_INSTANTS, min_size=2, max_size=2, unique=True),
    whose=st.sampled_from([None, "acme", "globex", ""]),
)
def test_what_was_spent_in_all_is_the_total_of_the_cost_by_group(requests, edges, whose):
    start, until = sorted(edges)
    store = store_with(*requests)
    totals = asked(store, tenant=whose, start=start, until=until).totals
    spent = spend_total(store, Window(start, until), whose)
    assert spent == (totals.cost_usd, totals.coverage.unpriced_lines)
    store.close()


def _brute_force(requests, start: int, until: int) -> dict:
    groups = defaultdict(list)
    for request in requests:
        for line in request.placed():
            if start <= line.started_at < until:
                groups[request.tenant, line.model].append(line)
    return {key: (_cost(lines), len(lines), _quantities(lines)) for key, lines in groups.items()}


def _cost(lines: list[Line]) -> Decimal | None:
    priced = [line.cost_usd for line in lines if line.cost_usd is not None]
    return sum(priced, Decimal(0)) if priced else None


def _quantities(lines: list[Line]) -> dict[str, str]:
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.usage_class] += line.quantity
    return {usage_class: str(quantity) for usage_class, quantity in sorted(sums.items())}


def test_what_was_paid_stands_beside_the_list_price():
    contract = Line(unit_price_usd="0.000002", list_unit_price_usd="0.0000025")
    totals = asked(store_with(Stored(number=1, lines=(contract,)), Stored(number=2))).totals
    assert usd_text(totals.cost_usd) == "0.00045"  # 100 x 0.000002 + 100 x 0.0000025
    assert usd_text(totals.list_cost_usd) == "0.0005"


def test_coverage_is_told_by_lines_tokens_and_requests():
    dark = Line(usage_class="output", unit_price_usd=None, quantity=300)
    search = Line(usage_class="search_units", unit_price_usd=None, quantity=50)
    totals = asked(store_with(Stored(number=1), Stored(number=2, lines=(dark, search)))).totals
    coverage = totals.coverage
    assert (coverage.lines, coverage.unpriced_lines) == (3, 2)
    assert (coverage.tokens, coverage.unpriced_tokens, coverage.priced_token_ratio) == ("400", "300", 0.25)
    assert coverage.priced_request_ratio == 0.5


def test_cost_is_split_by_what_it_was_for_and_by_project():
    retried = Stored(number=1, project="proj-1", lines=(Line(), Line(purpose="retry", quantity=40)))
    store = store_with(retried, Stored(number=2))
    assert {row.purpose: usd_text(row.cost_usd) for row in asked(store, by="purpose").rows} == {
        "answer": "0.0005",
        "retry": "0.0001",  # 40 x 0.0000025
    }
    assert by(asked(store, by="purpose"), "purpose")["retry"].requests is None
    projects = by(asked(store, by="project"), "project")
    assert (projects["proj-1"].requests, usd_text(projects["proj-1"].cost_usd)) == (1, "0.00035")
    assert usd_text(projects[None].cost_usd) == "0.00025"


def test_a_line_that_an_own_resource_serves_needs_no_price():
    served = Line(unit_price_usd=None, price_id="infrastructure/gpu", status="amortised")
    totals = asked(store_with(Stored(number=1, lines=(served,)), Stored(number=2))).totals
    assert (totals.coverage.unpriced_lines, totals.coverage.priced_ratio) == (0, 1.0)
    assert usd_text(totals.cost_usd) == "0.00025"
