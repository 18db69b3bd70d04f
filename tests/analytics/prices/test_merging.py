"""An import forgets nothing: retired models keep their prices, and an overwritten figure keeps the time it held."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from analytics.prices import Confidence, Price, PriceBook, PriceKey
from analytics.prices import regenerate as regeneration
from analytics.prices.lists import DATA
from analytics.prices.merging import with_history, with_retired
from analytics.prices.price_file import filed, line_of
from collector.dialects.usage_classes import UsageClass as Class

FIRST, SECOND, THIRD = date(2026, 11, 21), date(2026, 12, 1), date(2026, 12, 24)
D2, D3 = "2026-12-01", "2026-12-24"


def price(figure, *, model="m", **changes):
    plain = {"source": "litellm 1", "source_ref": f"acme/{model}", "recorded_on": FIRST}
    return Price("acme", model, Class.OUTPUT, Decimal(figure), **(plain | changes))


def as_file(prices, on=FIRST):
    return filed("litellm.csv", "litellm 1", on, map(line_of, prices))


def told(prices):
    """Figure, first day and day after the last, in order; "" is open."""
    days = [(p.unit_price_usd, p.effective_from, p.effective_until) for p in prices]
    return sorted((figure, *("" if at is None else str(at.date()) for at in window)) for figure, *window in days)


def test_a_model_that_is_listed_no_more_stays_with_the_day_it_was_last_seen():
    before = [price(1), price(2, model="retired")]
    (kept, retired) = with_retired(as_file(before), [price(1)])
    assert (kept.last_seen_on, retired.model, retired.last_seen_on) == (None, "retired", FIRST)
    assert retired.unit_price_usd == 2


def test_the_day_it_was_last_seen_does_not_move_with_later_imports():
    once = with_retired(as_file([price(2, model="retired")]), [price(1)])
    twice = with_retired(as_file(once, on=SECOND), [price(1)])
    assert [p.last_seen_on for p in twice] == [None, FIRST]


def test_a_figure_that_the_undated_map_overwrote_begins_on_the_day_it_was_noticed():
    merged = with_history(as_file([price(1)]), [price(2)], SECOND)
    assert told(merged) == [(1, "", D2), (2, D2, "")]
    (new,) = [p for p in merged if p.unit_price_usd == 2]
    assert new.confidence is Confidence.FIRST_SEEN


def test_a_figure_that_comes_back_begins_again():
    once = with_history(as_file([price(1)]), [price(2)], SECOND)
    twice = with_history(as_file(once, on=SECOND), [price(1)], THIRD)
    assert told(twice) == [(1, "", D2), (1, D3, ""), (2, D2, D3)]


def test_importing_the_same_figures_again_changes_nothing():
    once = with_history(as_file([price(1)]), [price(2)], SECOND)
    again = with_history(as_file(once, on=SECOND), [price(2)], THIRD)
    assert sorted(map(line_of, again)) == sorted(map(line_of, once))


def test_a_figure_corrected_on_the_day_of_its_import_leaves_no_empty_window():
    once = with_history(as_file([price(1)]), [price(2)], SECOND)
    twice = with_history(as_file(once, on=SECOND), [price(3)], SECOND)
    assert told(twice) == [(1, "", D2), (3, D2, "")]


def test_a_threshold_that_moved_ends_the_old_bands_and_begins_the_new_ones():
    old = [price(1, context_until=200), price(2, context_above=200)]
    new = [price(1, context_until=272), price(2, context_above=272)]
    merged = with_history(as_file(old), new, SECOND)
    assert told(merged) == [(1, "", D2), (1, D2, ""), (2, "", D2), (2, D2, "")]


def test_a_class_the_map_learns_or_drops_is_taken_and_kept():
    old = [price(1), replace(price(5), usage_class=Class.CACHE_READ)]
    new = [price(1), replace(price(7), usage_class=Class.IMAGE_OUT)]
    merged = {p.usage_class: (p.effective_from, p.effective_until) for p in with_history(as_file(old), new, SECOND)}
    assert merged == dict.fromkeys((Class.OUTPUT, Class.CACHE_READ, Class.IMAGE_OUT), (None, None))


def test_a_re_import_that_lists_a_model_no_more_still_finds_and_prices_it(tmp_path, monkeypatch):
    folder = shutil.copytree(DATA, tmp_path / "data")
    providers = [
        provider if provider.id != "anthropic" else _without(provider, "claude-opus-4-1")
        for provider in regeneration._genai_providers()
    ]
    mapped = {key: fields for key, fields in regeneration._litellm_map().items() if key != "cohere/rerank-v3.5"}
    mapped = {key: fields for key, fields in mapped.items() if key != "rerank-v3.5"}
    monkeypatch.setattr(regeneration, "_genai_providers", lambda: providers)
    monkeypatch.setattr(regeneration, "_litellm_map", lambda: mapped)
    regeneration.regenerate(folder, SECOND)
    book, at = PriceBook.load(folder), datetime(2026, 12, 2, tzinfo=UTC)
    for key, usage_class, expected in (
        (PriceKey("anthropic", "claude-opus-4-1-20250805"), Class.OUTPUT, "0.000075"),
        (PriceKey("cohere", "rerank-v3.5"), Class.SEARCH_UNITS, "0.002"),
    ):
        row = book.resolve(key).prices.row(usage_class, at, 1)
        assert (row.price.unit_price_usd, row.price.last_seen_on) == (Decimal(expected), date(2026, 11, 21))


def _without(provider, model):
    kept = [one for one in provider.models if one.id != model]
    names = ("id", "model_match", "provider_match", "fallback_model_providers", "pricing_urls")
    return type("Provider", (), {name: getattr(provider, name) for name in names} | {"models": kept})
