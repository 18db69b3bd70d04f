"""Set-based rating equals the reference, line by line, in exact decimals."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.prices import Discount, Price, PriceKey, UnpricedReason, rate
from analytics.prices.windows import When
from collector.dialects.usage_classes import UsageClass
from tests.analytics.derive.house import NOON, House, S, Sent, book, call, derived, small_book

MODELS = (
    ("openai", "gpt-4o"),
    ("openai", "gpt-4o-mini"),
    ("anthropic", "claude-sonnet-4-5"),
    ("anthropic", "claude-3-5-haiku-latest"),
    ("gcp.gemini", "gemini-2.5-pro"),
    ("deepseek", "deepseek-chat"),
    ("aws.bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
    ("perplexity", "sonar"),
    ("openai", "of-our-own"),
    (None, "gpt-4o"),
    ("vllm", "llama-3-70b"),
    ("openai", None),
)


@st.composite
def calls(draw, number):
    """A call of some model, tier and size at some time; sizes lie around the context cliffs."""
    provider, model = draw(st.sampled_from(MODELS))
    whole = draw(st.sampled_from([0, 1, 1_200, 127_999, 128_001, 200_000, 200_001, 272_001]))
    read = draw(st.integers(0, whole))
    write = draw(st.integers(0, whole - read))
    says = {
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": model,
        "gen_ai.usage.input_tokens": whole,
        "gen_ai.usage.output_tokens": draw(st.integers(0, 5_000)),
        "gen_ai.usage.cache_read.input_tokens": read,
        "gen_ai.usage.cache_write.input_tokens": write,
        "burnline.usage.cache_write_1h": draw(st.integers(0, write)),
        "burnline.usage.search_units": draw(st.sampled_from([None, None, 2])),
        "openai.response.service_tier": draw(st.sampled_from([None, "default", "flex", "priority", "batch", "odd"])),
        "cloud.region": draw(st.sampled_from([None, None, "us-east-1", "eu"])),
    }
    at_s = draw(st.integers(-900 * 86_400, 86_400))
    said = {key: value for key, value in says.items() if value is not None}
    return Sent(trace=number, span=1, kind="model", start_s=at_s, says=said)


def usage_of(span):
    """The classes of a call, worked out by hand."""
    says = span.says
    read, write = says["gen_ai.usage.cache_read.input_tokens"], says["gen_ai.usage.cache_write.input_tokens"]
    hour = says["burnline.usage.cache_write_1h"]
    found = {
        UsageClass.INPUT_UNCACHED: says["gen_ai.usage.input_tokens"] - read - write,
        UsageClass.CACHE_READ: read,
        UsageClass.CACHE_WRITE_5M: write - hour,
        UsageClass.CACHE_WRITE_1H: hour,
        UsageClass.OUTPUT: says["gen_ai.usage.output_tokens"],
        UsageClass.SEARCH_UNITS: says.get("burnline.usage.search_units", 0),
    }
    return {name: quantity for name, quantity in found.items() if quantity}


def expected_lines(span, prices):
    says = span.says
    tier, region = says.get("openai.response.service_tier"), says.get("cloud.region")
    key = PriceKey(says.get("gen_ai.provider.name"), says.get("gen_ai.request.model"), tier, region)
    resolution = prices.resolve(key)
    usage = usage_of(span)
    if resolution.prices is not None and any(row.usage_class is UsageClass.REQUESTS for row in resolution.prices.rows):
        usage[UsageClass.REQUESTS] = 1
    at = datetime.fromtimestamp(span.start_ns // S, UTC)
    return {
        str(line.usage_class): (line.quantity, line.unit_price_usd, line.cost_usd, line.price_id, _word(line.reason))
        for line in rate(usage, resolution, at=at)
    }


def _word(reason):
    return None if reason is None else str(reason)


def lines_of(house):
    found = {}
    for line in house.lines():
        trace = int(line["trace"].replace("-", ""), 16)
        told = (line["quantity"], line["unit_price_usd"], line["cost_usd"], line["price_id"], line["reason"])
        of_trace = found.setdefault(trace, {})
        assert line["usage_class"] not in of_trace
        of_trace[line["usage_class"]] = told
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_every_line_is_what_the_reference_says(data):
    spans = [data.draw(calls(number)) for number in range(1, 25)]
    with derived(*spans) as house:
        found = lines_of(house)
        assert {span.trace: found.get(span.trace, {}) for span in spans} == {
            span.trace: expected_lines(span, book()) for span in spans
        }
        for row in house.requests():
            costs = [cost for _, _, cost, *_ in found.get(int(row["trace"].replace("-", ""), 16), {}).values()]
            priced = [cost for cost in costs if cost is not None]
            assert row["cost_usd"] == (sum(priced) if priced else None)
            assert row["cost_status"] == _status(costs, priced)


def _status(costs, priced):
    if not costs:
        return "none"
    return {0: "unpriced", len(costs): "priced"}.get(len(priced), "partial")


def stated(**changes):
    rows = changes.pop("rows", [{}])
    plain = {"provider": "own", "model": "m", "usage_class": UsageClass.OUTPUT, "unit_price_usd": Decimal("0.001")}
    common = {"source": "stated", "recorded_on": date(2026, 1, 1)}
    return book().with_rows(
        Price(**(plain | common | {"source_ref": f"m{number}"} | row)) for number, row in enumerate(rows)
    )


def only_line(prices, *, start_s=0.0, **span):
    with House(prices=prices) as house:
        house.send(call(model="m", start_s=start_s, says={"gen_ai.provider.name": "own"}, **span))
        house.derive()
        return house.lines()


@pytest.mark.parametrize(
    ("start_s", "unit_price"), [(-12 * 3_600 - 0.001, "0.001"), (-12 * 3_600, "0.002"), (12 * 3_600 - 0.001, "0.002")]
)
def test_a_price_holds_from_midnight_on(start_s, unit_price):
    rows = [
        {"effective_until": date(2026, 11, 18)},
        {"effective_from": date(2026, 11, 18), "unit_price_usd": Decimal("0.002")},
    ]
    (line,) = only_line(stated(rows=rows), start_s=start_s, tokens=(0, 5))
    assert line["unit_price_usd"] == Decimal(unit_price)
    assert line["cost_usd"] == 5 * Decimal(unit_price)


@pytest.mark.parametrize(
    ("start_s", "unit_price"), [(-0.001, "0.001"), (0, "0.002"), (3_599.999, "0.002"), (3_600, "0.001")]
)
def test_a_price_of_an_hour_holds_in_that_hour(start_s, unit_price):
    hour = {"tod_start_s": 12 * 3_600, "tod_end_s": 13 * 3_600}
    rows = [
        {"tod_end_s": hour["tod_start_s"]},
        hour | {"unit_price_usd": Decimal("0.002")},
        {"tod_start_s": hour["tod_end_s"]},
    ]
    (line,) = only_line(stated(rows=rows), start_s=start_s, tokens=(0, 1))
    assert line["unit_price_usd"] == Decimal(unit_price)


@pytest.mark.parametrize(
    ("start_s", "unit_price"),
    [(3_600 - 0.000001, "0.001"), (3_600, "0.002"), (7_200 - 0.000001, "0.002"), (7_200, "0.001")],
)
def test_a_price_changes_at_an_instant(start_s, unit_price):
    change, back = datetime(2026, 11, 18, 13, tzinfo=UTC), datetime(2026, 11, 18, 14, tzinfo=UTC)
    rows = [
        {"effective_until": change},
        {"effective_from": change, "effective_until": back, "unit_price_usd": Decimal("0.002")},
        {"effective_from": back},
    ]
    (line,) = only_line(stated(rows=rows), start_s=start_s, tokens=(0, 1))
    assert line["unit_price_usd"] == Decimal(unit_price)


@pytest.mark.parametrize(("day", "unit_price"), [(0, "0.001"), (2, "0.001"), (3, "0.002"), (4, "0.002"), (5, "0.001")])
def test_a_price_of_some_weekdays_holds_on_these_from_midnight_to_midnight(day, unit_price):
    rows = [{"weekdays": 0b0011111}, {"weekdays": 0b1100000, "unit_price_usd": Decimal("0.002")}]
    midnight_s = (day - 0.5) * 86_400  # noon of day 0 is a Wednesday's
    for start_s in (midnight_s, midnight_s + 86_400 - 0.000001):
        (line,) = only_line(stated(rows=rows), start_s=start_s, tokens=(0, 1))
        assert line["unit_price_usd"] == Decimal(unit_price)


def test_a_line_says_what_is_paid_and_what_the_list_says():
    discount = Discount("openai", "gpt-4o", Decimal("0.12"), When(), source="stated", source_ref="deal")
    with House(prices=small_book().with_rows([discount])) as house:
        house.send(call(tokens=(1_000, 0)))
        house.derive()
        (line,) = house.lines()
        assert (line["cost_usd"], line["list_cost_usd"]) == (Decimal("0.0022"), Decimal("0.0025"))
        assert line["price_id"] != line["list_price_id"]
        assert (line["seller"], line["priced_tier"], line["confidence"]) == ("openai", "standard", "contract")
        assert (line["request_model"], line["prompt_tokens"], line["purpose"]) == ("gpt-4o", 1_000, "answer")


def test_what_only_a_contract_prices_has_no_list_price():
    (line,) = only_line(stated(), tokens=(0, 5))
    assert (line["cost_usd"], line["list_cost_usd"], line["list_price_id"]) == (Decimal("0.005"), None, None)


@pytest.mark.parametrize(("read", "unit_price"), [(900, "0.001"), (901, "0.002")])
def test_the_context_band_is_decided_by_the_whole_prompt_with_its_cached_part(read, unit_price):
    rows = [{"context_until": 1_000}, {"context_above": 1_000, "unit_price_usd": Decimal("0.002")}]
    found = only_line(stated(rows=rows), tokens=(100 + read, 7, read))
    (output,) = [line for line in found if line["usage_class"] == "output"]
    assert output["unit_price_usd"] == Decimal(unit_price)


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({"effective_from": date(2027, 1, 1)}, UnpricedReason.NO_PRICE_AT_INSTANT),
        ({"context_above": 10_000}, UnpricedReason.NO_PRICE_FOR_CONTEXT),
        ({"usage_class": UsageClass.IMAGES}, UnpricedReason.NO_PRICE_FOR_USAGE_CLASS),
    ],
    ids=lambda value: str(value) if isinstance(value, UnpricedReason) else None,
)
def test_a_line_without_a_price_says_why_and_costs_null(condition, reason):
    (line,) = only_line(stated(rows=[condition]), tokens=(0, 5))
    assert (line["status"], line["reason"], line["cost_usd"], line["price_id"]) == ("unpriced", str(reason), None, None)


def test_the_model_that_was_asked_for_prices_a_call_whose_answer_names_one_that_no_list_knows():
    with derived(call(says={"gen_ai.response.model": "gpt-4o-of-tomorrow-9"})) as house:
        assert {line["model"] for line in house.lines()} == {"gpt-4o"}


def test_a_fee_for_each_request_is_charged_once_per_call_and_not_for_what_wraps_it():
    sonar = {"gen_ai.provider.name": "perplexity", "gen_ai.request.model": "sonar"}
    usage = {"gen_ai.usage.input_tokens": 30, "gen_ai.usage.output_tokens": 4}
    with derived(
        Sent(span=1, kind="agent", says=sonar | usage),
        call(span=2, parent=1, model="sonar", tokens=(10, 1), says=sonar),
        call(span=3, parent=2, model="sonar", tokens=(10, 1), says=sonar),
        call(span=4, parent=1, model="sonar", tokens=(20, 3), says=sonar),
    ) as house:
        fees = [(line["span_id"], line["quantity"]) for line in house.lines() if line["usage_class"] == "requests"]
        assert fees == [(3, 1), (4, 1)]


def test_a_fee_that_the_span_tells_itself_is_not_charged_again():
    says = {"gen_ai.provider.name": "perplexity", "burnline.usage.requests": 3}
    with derived(call(model="sonar", tokens=(10, 1), says=says)) as house:
        assert [line["quantity"] for line in house.lines() if line["usage_class"] == "requests"] == [3]


def test_a_changed_book_prices_what_comes_and_leaves_what_was():
    dear = stated(rows=[{"unit_price_usd": Decimal("0.002")}])
    with House(prices=stated()) as house:
        own = {"gen_ai.provider.name": "own"}
        house.send(call(trace=1, model="m", tokens=(0, 1), says=own))
        house.derive()
        house.restart(prices=dear)
        house.send(call(trace=2, model="m", tokens=(0, 1), says=own, start_s=60))
        house.derive()
        assert [line["cost_usd"] for line in house.lines()] == [Decimal("0.001"), Decimal("0.002")]


def test_noon_is_noon():
    assert datetime.fromtimestamp(NOON // S, UTC) == datetime(2026, 11, 18, 12, tzinfo=UTC)
