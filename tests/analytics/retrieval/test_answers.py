"""``/v1/retrieval``: each figure over those that say it, and nothing where nobody does."""

import asyncio
from math import log

import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.evaluation.events import Event, export_request
from analytics.retrieval.histogram import bars, quantiles
from analytics.retrieval.settings import Cadence
from collector.signals import Signal
from dashboards.app import Parts, build_app
from tests.analytics.derive.house import NOON, House, S, Sent, small_book

DAY_S = 86_400.0
RUN = "0" * 31 + "a"


@pytest.fixture
def house():
    with House(prices=small_book()) as opened:
        yield opened


def found(trace, *, route="answer", index="handbook", version="1", tenant="acme", cites=None, **says):
    """A request with one retrieval, which says these figures of ``burnline.*``."""
    told = {f"burnline.{name.replace('__', '.')}": value for name, value in says.items()}
    told |= {"gen_ai.data_source.id": index, "burnline.index.version": version}
    root = {"burnline.route": route, "burnline.tenant": tenant} | (cites or {})
    return (
        Sent(trace=trace, start_s=float(trace), kind="request", says=root),
        Sent(trace=trace, span=2, parent=1, start_s=trace + 0.1, kind="retriever", says=told),
    )


def page(house, cadences=(), **params):
    app = build_app(Parts(house.store, lambda: NOON + 3_600 * S, cadences=cadences))

    async def ask():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://b") as client:
            return await client.get("/v1/retrieval", params=params)

    answer = asyncio.run(ask())
    assert answer.status_code == params.pop("status", 200), answer.text
    return answer.json()


def rows(house, *spans, cadences=(), **params):
    for one in spans:
        house.send(*one)
    house.settle()
    return page(house, cadences, **params)["rows"]


def test_what_nobody_says_is_null_and_its_n_is_zero(house):
    (row,) = rows(house, found(1))
    assert row["retrievals"] == 1
    assert [row[name] for name in row if name.endswith(("_told", "_judged"))] == [0] * 12
    assert {row[name] for name in row if name.endswith(("_ratio", "_p50", "_p10", "_p90"))} == {None}
    assert (row["violations"], row["violating_retrievals"], row["scores"]) == (None, None, [])


def test_empty_results_are_a_share_of_those_that_say_how_many_they_found(house):
    counts = (0, 3, 3, 3)
    told = [found(n + 1, retrieval__document_count=count) for n, count in enumerate(counts)]
    (row,) = rows(house, *told, found(9))
    assert (row["retrievals"], row["documents_told"], row["empty_ratio"]) == (5, 4, 0.25)


def test_repeated_documents_are_a_share_of_the_documents_of_those_that_say_it(house):
    told = [
        found(1, retrieval__document_count=4, retrieval__duplicates=2),
        found(2, retrieval__document_count=6, retrieval__duplicates=0),
        found(3, retrieval__document_count=100),
    ]
    (row,) = rows(house, *told)
    assert (row["duplicates_told"], row["duplicate_ratio"]) == (2, 2 / 10)


def test_scores_are_ranked_not_interpolated_and_spread_over_ten_bars(house):
    told = [found(n, retrieval__top_score=n / 10, retrieval__score_gap=0.01 * n) for n in range(1, 11)]
    (row,) = rows(house, *told)
    assert [row[f"score_{p}"] for p in ("p10", "p50", "p90")] == [0.1, 0.5, 0.9]
    assert (row["gap_told"], row["gap_p50"]) == (10, 0.05)
    assert [bar["count"] for bar in row["scores"]] == [1] * 10
    assert (row["scores"][0]["start"], row["scores"][-1]["until"]) == (0.1, 1.0)


def test_a_document_is_stale_by_the_cadence_of_its_own_index(house):
    told = [
        found(1, retrieval__age_s=2 * DAY_S),
        found(2, retrieval__age_s=0.5 * DAY_S),
        found(3, index="news", retrieval__age_s=0.5 * DAY_S),
        found(4, index="archive", retrieval__age_s=900 * DAY_S),
    ]
    cadences = (Cadence(DAY_S, "handbook"), Cadence(3_600.0, "news"))
    by_index = {row["index_name"]: row for row in rows(house, *told, cadences=cadences, by="index_name")}
    assert (by_index["handbook"]["cadence_told"], by_index["handbook"]["stale_ratio"]) == (2, 0.5)
    assert by_index["news"]["stale_ratio"] == 1.0
    assert (by_index["archive"]["age_p50_s"], by_index["archive"]["stale_ratio"]) == (900 * DAY_S, None)
    everywhere = (*cadences, Cadence(DAY_S))
    assert page(house, everywhere, index_name="archive")["rows"][0]["stale_ratio"] == 1.0


def test_violations_are_counted_where_they_are_told(house):
    told = [
        found(1, permission__checked=True, permission__violations=0),
        found(2, permission__checked=False, permission__violations=3),
        found(3, permission__checked=True),
    ]
    (row,) = rows(house, *told)
    assert (row["permission_told"], row["permission_checked_ratio"]) == (3, 2 / 3)
    assert (row["violations_told"], row["violating_retrievals"], row["violations"]) == (2, 1, 3)


def test_an_unusual_length_is_one_far_from_the_median_of_its_own_index_version(house):
    usual = [found(n, retrieval__chunk_chars=f"[{790 + 2 * n}, {810 + 2 * n}]") for n in range(1, 11)]
    other = [found(20 + n, version="2", retrieval__chunk_chars="[8000, 8010]") for n in range(10)]
    strange = found(40, retrieval__chunk_chars="[8000, 12]")
    by_version = {row["index_version"]: row for row in rows(house, *usual, *other, strange, by="index_version")}
    assert (by_version["1"]["chunks_told"], by_version["1"]["chunk_outlier_ratio"]) == (22, 2 / 22)
    assert by_version["2"]["chunk_outlier_ratio"] == 0.0


def test_pieces_of_one_length_make_no_outlier_of_a_shorter_one(house):
    told = [found(n, retrieval__chunk_chars=f"[1000, 1000, {1000 - 30 * n}]") for n in range(1, 11)]
    (row,) = rows(house, *told)
    assert log(1000 / 700) < log(1.5)
    assert (row["chunks_judged"], row["chunk_outlier_ratio"]) == (30, 0.0)


def test_few_documents_do_not_say_which_length_is_usual(house):
    (row,) = rows(house, found(1, retrieval__chunk_chars="[10, 8000, 20]"))
    assert (row["chunks_told"], row["chunks_judged"], row["chunk_outlier_ratio"]) == (3, 0, None)


def test_citations_are_of_answers_and_not_of_indices(house):
    cites = {"burnline.citation.coverage": 0.5, "burnline.citation.valid": 0.75}
    told = [found(1, cites=cites), found(2, cites={"burnline.citation.valid": 1.0}), found(3)]
    (row,) = rows(house, *told, by="route")
    assert (row["coverage_told"], row["citation_coverage"]) == (1, 0.5)
    assert (row["valid_told"], row["citation_valid"], row["invalid_answers"]) == (2, 0.875, 1)
    (by_index,) = page(house, by="index_name")["rows"]
    assert (by_index["valid_told"], by_index["citation_valid"]) == (None, None)


def test_rows_are_split_and_filtered_by_who_asked_and_what_was_searched(house):
    told = [found(1), found(2, route="search"), found(3, route="search", tenant="globex", index="news")]
    assert [(row["route"], row["retrievals"]) for row in rows(house, *told, by="route")] == [
        ("search", 2),
        ("answer", 1),
    ]
    assert [row["retrievals"] for row in page(house, tenant="globex")["rows"]] == [1]
    assert [row["retrievals"] for row in page(house, index_name="handbook")["rows"]] == [2]
    assert page(house, by="day")["rows"][0]["day"] == "2026-11-18"


def test_pages_follow_each_other(house):
    for trace in range(1, 4):
        house.send(*found(trace, route=f"route-{trace}"))
    house.settle()
    first = page(house, by="route", limit=2)
    second = page(house, by="route", limit=2, cursor=first["next"])
    assert [row["route"] for row in (*first["rows"], *second["rows"])] == ["route-1", "route-2", "route-3"]


def test_the_newest_golden_run_is_told_with_its_interval(house):
    at_ns = NOON - 3_600 * S
    events = [
        *(Event("recall@10", at_ns + n, score=float(n < 8), run_id=RUN, item_id=str(n)) for n in range(10)),
        Event("judge", at_ns, score=1.0, run_id=RUN, item_id="1"),
        Event("recall@10", at_ns - 3_600 * S, score=0.0, run_id="0" * 32, item_id="1"),
    ]
    house.offer(export_request(events).SerializeToString(), Signal.LOGS)
    (golden,) = page(house)["golden"]
    assert (golden["run_id"], golden["name"], golden["mean_score"], golden["scored"]) == (RUN, "recall@10", 0.8, 10)
    assert (round(golden["low"], 3), round(golden["high"], 3)) == (0.49, 0.943)  # Wilson, 8 of 10


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_bars_hold_every_score_once_whatever_scores_there_are(scores):
    found_bars = bars(np.array(scores))
    assert sum(bar.count for bar in found_bars) == len(scores)
    assert (found_bars[0].start, found_bars[-1].until) == (min(scores), max(scores))
    assert quantiles(np.array(scores), 0.5)[0] in scores
