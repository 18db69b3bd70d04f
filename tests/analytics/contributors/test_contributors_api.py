"""``/v1/slos/{name}/contributors`` over spans that were sent, and what alerts say of it."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from functools import cache

import httpx
import pytest

from alerts.board import Board
from alerts.delivery.telling import Promises, levels
from analytics.api import Goals
from analytics.contributors.finding import found
from analytics.contributors.reach import MOST_SPANS
from analytics.links import Links
from analytics.runs.table import instant
from analytics.slo.judging import register
from analytics.slo.kinds import Unit
from analytics.slo.objective import Dimension, Objective, Sli
from collector.store import QueryFailed
from dashboards.app import Parts, build_app
from tests.analytics.derive.house import NOON, House, S, Sent, call, small_book

ANSWERS = Objective("answers", Sli.AVAILABILITY, 0.995, route="answer")
QUICK = Objective("quick answers", Sli.LATENCY, 0.95, threshold_ms=2_000.0)
CHEAP = Objective("cheap", Sli.COST, 0.95, ceiling_usd=Decimal("0.005"))
TENANTS = Objective("tenants", Sli.AVAILABILITY, 0.99, per=(Dimension.TENANT,))
MODELS = Objective("models", Sli.AVAILABILITY, 0.99, stage="model")
ALL = (ANSWERS, QUICK, CHEAP, TENANTS, MODELS)
AT_NS = NOON + 1_800 * S
LINKS = Links("https://burnline.example.com")


def requests(count: int = 240) -> list[Sent]:
    """Eight a minute for half an hour: those of umbrella go to the new release, of which two in three time out."""
    found = []
    for number in range(count):
        new, start_s = number % 4 == 0, number * 7.5
        failed = new and number % 3 != 0
        says = {"burnline.route": "answer", "burnline.tenant": "umbrella" if new else "acme", "burnline.team": "desk"}
        shape = {"trace": number + 1, "start_s": start_s, "version": "v2" if new else "v1", "failed": failed}
        slow = {"duration_s": 5.0 if new else 1.0}
        found.append(Sent(**shape, **slow, kind="request", says=says))
        error = {"error.type": "timeout"} if failed else {}
        tokens = (40_000 if number == 8 else 1_000, 80)
        found.append(
            call(span=2, parent=1, tokens=tokens, model="gpt-4o" if new else "gpt-4o-mini", says=error, **shape)
        )
    return found


@pytest.fixture(scope="module")
def store():
    with House(prices=small_book()) as house:
        register(house.store, ALL)
        house.send(*requests())
        house.settle()
        yield house.store


@cache
def app_over(store):
    return build_app(Parts(store, lambda: AT_NS, Goals(ALL)))


def asked(store, name, status=200, **params):
    async def ask():
        transport = httpx.ASGITransport(app_over(store))
        async with httpx.AsyncClient(transport=transport, base_url="http://b") as client:
            return await client.get(f"/v1/slos/{name}/contributors", params=params)

    answer = asyncio.run(ask())
    assert answer.status_code == status, answer.text
    return answer.json()


def test_the_version_whose_requests_fail_explains_the_burn(store):
    found = asked(store, "answers")
    (one,) = found["contributors"]
    assert (found["total"], found["bad"], one["total"], one["bad"], one["share"]) == (240, 40, 60, 40, 1)
    assert (one["dimension"], one["value"]) == ("version", "shop v2")
    assert {"dimension": "tenant", "value": "umbrella"} in one["also"]
    assert {"dimension": "model", "value": "gpt-4o"} in one["also"]
    assert found["burn"] == pytest.approx((40 / 240) / (1 - 0.995))


def test_the_window_is_that_of_the_alert_that_fires(store):
    found = asked(store, "answers")
    assert (found["verdict"], found["severity"]) == ("firing", "page")
    assert (found["start"], found["until"]) == ("2026-11-18T11:30:00.000000Z", "2026-11-18T12:30:00.000000Z")


@pytest.mark.parametrize("word", ["stage", "provider", "model"])
def test_a_word_that_requests_do_not_have_is_refused_and_not_taken_for_calm(store, word):
    assert asked(store, "answers", status=400, **{word: "model"})["parameter"] == word
    assert asked(store, "models", **{word: "model" if word == "stage" else "gpt-4o"})["name"] == "models"


def test_a_window_with_nothing_in_it_is_refused(store):
    assert asked(store, "answers", status=400, until="1970-01-01T00:00:00Z")["parameter"] == "start"


def test_it_is_said_where_failures_began_and_which_came_last(store):
    found = asked(store, "answers", traces=3)
    assert found["origins"] == [{"stage": "model", "error_type": "timeout", "bad": 40, "share": 1}]
    assert found["worst"] == "failed"
    assert [int(one["trace_id"], 16) for one in found["traces"]] == [237, 233, 225]


def test_slow_answers_are_shown_slowest_first(store):
    found = asked(store, "quick answers", traces=2)
    assert (found["worst"], {one["duration_ms"] for one in found["traces"]}) == ("slow", {5_000})
    assert found["bad"] == 60  # a slow failure is slow as well


def test_dear_answers_are_shown_dearest_first(store):
    found = asked(store, "cheap", traces=1)
    assert (found["worst"], int(found["traces"][0]["trace_id"], 16)) == ("dear", 9)


def test_a_budget_of_a_group_is_looked_at_by_its_words(store):
    whole, one = asked(store, "tenants"), asked(store, "tenants", tenant="umbrella")
    assert ((whole["total"], whole["bad"]), (one["total"], one["bad"])) == ((240, 40), (60, 40))
    assert one["contributors"] == []
    assert "stands out" in one["in_words"]


def test_spans_have_words_of_their_own(store):
    found = asked(store, "models")
    (one,) = found["contributors"]
    assert {(one["dimension"], one["value"]), *((a["dimension"], a["value"]) for a in one["also"])} >= {
        ("model", "gpt-4o"),
        ("tenant", "umbrella"),
    }
    assert (found["total"], found["bad"]) == (240, 40)


def test_a_window_of_ones_own_holds_what_ended_in_it(store):
    found = asked(store, "answers", start="2026-11-18T12:00:00Z", until="2026-11-18T12:10:00Z")
    assert (found["total"], found["verdict"]) == (80, None)


def test_counts_are_those_of_the_objective(store):
    """The one judgement counts, so contributors and burn cannot differ."""
    for objective in ALL:
        assert asked(store, objective.name)["burn"] == pytest.approx(_burn(store, objective.name))


def _burn(store, name):
    async def ask():
        transport = httpx.ASGITransport(app_over(store))
        async with httpx.AsyncClient(transport=transport, base_url="http://b") as client:
            return (await client.get("/v1/slos", params={"name": name})).json()["slos"]

    (slo,) = asyncio.run(ask())
    return slo["windows"][0]["long_burn"]


def test_a_window_with_too_many_spans_is_looked_at_from_its_end_and_says_so(store, monkeypatch):
    whole = asked(store, "cheap", whole="true")
    assert (whole["total"], whole["asked_start"]) == (240, None)
    monkeypatch.setitem(MOST_SPANS, Unit.REQUEST, 160)  # the last ten minutes: eight requests a minute of two spans
    part = asked(store, "cheap", traces=7)
    assert part["total"] == 80
    assert (part["asked_start"], part["until"]) == (whole["start"], whole["until"])
    assert part["in_words"].startswith("The newest 10 minutes of 60 minutes: the rest holds too many spans")
    assert asked(store, "cheap", whole="true", traces=7)["total"] == 240


def test_a_name_that_nothing_has_is_not_found(store):
    assert "answers" in asked(store, "nothing", status=404)["detail"]


def test_where_nothing_was_judged_nothing_is_said(store):
    found = asked(store, "answers", start="2026-11-17T12:00:00Z", until="2026-11-17T13:00:00Z")
    assert (found["burn"], found["traces"], found["in_words"]) == (None, [], "Nothing was judged.")


def test_a_burn_alert_says_what_burns_and_leads_to_the_traces(store):
    board = Board(epoch=1, opened_at=instant(AT_NS))
    source = levels(store, board, Promises(lambda: [ANSWERS]), lambda: None, LINKS)
    told = [alert for alert in source(instant(AT_NS)) if alert.labels["window"] == "1h"]
    (alert,) = told
    assert alert.annotations["explain_url"] == "https://burnline.example.com/budgets/answers"
    assert alert.annotations["contributors"].startswith("40 of 240 were bad. version shop v2")
    assert alert.annotations["trace_1"] == f"https://burnline.example.com/requests/{237:032x}"


def test_a_burn_is_looked_into_once_a_minute(store, monkeypatch):
    looks = []

    def counted(*asked, **more):
        looks.append(asked)
        return found(*asked, **more)

    monkeypatch.setattr("alerts.delivery.explaining.found", counted)
    board = Board(epoch=1, opened_at=instant(AT_NS))
    source = levels(store, board, Promises(lambda: [ANSWERS]), lambda: None, LINKS)
    firing = len(source(instant(AT_NS)))
    source(instant(AT_NS) + timedelta(seconds=59))
    assert len(looks) == firing > 0
    source(instant(AT_NS) + timedelta(seconds=60))
    assert len(looks) == 2 * firing


def test_an_alert_whose_causes_cannot_be_read_is_told_without_them(store, monkeypatch):
    def failing(*_, **__):
        raise QueryFailed("interrupted")

    monkeypatch.setattr("alerts.delivery.explaining.found", failing)
    board = Board(epoch=1, opened_at=instant(AT_NS))
    source = levels(store, board, Promises(lambda: [ANSWERS]), lambda: None, LINKS)
    (alert, *_) = source(instant(AT_NS))
    assert "contributors" not in alert.annotations
    assert "explain_url" in alert.annotations
