"""``/v1/changes``: what is told, what spans show, and the figures on both sides."""

import asyncio

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from alerts.journal import Journal, Note
from analytics.notation import instant_ns, instant_text
from analytics.runs.table import instant
from collector.store import DuckDBStore
from dashboards.app import Parts, build_app
from tests.analytics.derive.house import NOON, House, S, Sent, call, small_book
from tests.analytics.stored import MINUTE, Stored, store_with

HOUR_S, DAY_S = 3_600.0, 86_400.0
NEW_PROMPT = {"gen_ai.prompt.name": "greeting", "gen_ai.prompt.version": "7"}
DEPLOY = {"kind": "release", "name": "shop", "from": "v1", "to": "v2", "at": "2026-11-18T12:30:00Z"}


class Asked:
    """The application over a store."""

    def __init__(self, store, now_ns=NOON + 6 * 3_600 * S):
        self.app = build_app(Parts(store, lambda: now_ns))

    def send(self, method, path, **more) -> httpx.Response:
        async def ask():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://b") as client:
                return await client.request(method, path, **more)

        return asyncio.run(ask())

    def changes(self, **params):
        answer = self.send("GET", "/v1/changes", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()["changes"]

    def tell(self, **words) -> httpx.Response:
        return self.send("POST", "/v1/changes", json={**DEPLOY, **words})


@pytest.fixture
def house():
    with House(prices=small_book()) as opened:
        yield opened


def versions(*seen: tuple[float, str], **span) -> list[Sent]:
    """One request of the shop for each, at so many seconds after noon, by this version."""
    route = {"burnline.route": "answer"}
    return [
        Sent(trace=round(at_s) + 10_000_000, start_s=at_s, version=version, says=route, **span)
        for at_s, version in seen
    ]


def told(change) -> tuple:
    return change["kind"], change["name"], change["from"], change["to"]


def test_the_first_version_there_is_is_no_change(house):
    house.send(*versions((0, "v1"), (60, "v1")))
    house.settle()
    assert Asked(house.store).changes() == []


def test_another_version_is_a_change_at_its_first_span_with_its_route(house):
    house.send(*versions((0, "v1"), (HOUR_S, "v1"), (HOUR_S + 2.5, "v2"), (HOUR_S + 9, "v2")))
    house.settle()
    (change,) = Asked(house.store).changes()
    assert (*told(change), change["route"]) == ("release", "shop", "v1", "v2", "answer")
    assert change["at"] == instant_text(NOON + round((HOUR_S + 2.5) * S))
    assert change["seen_at"] == change["at"]


def test_a_span_that_comes_late_moves_the_change_and_its_name_stays(house):
    house.send(*versions((0, "v1"), (HOUR_S + 50, "v2")))
    house.settle()
    before = Asked(house.store).changes()
    house.send(*versions((HOUR_S - 700, "v2")))
    house.settle()
    after = Asked(house.store).changes()
    assert [one["id"] for one in after] == [one["id"] for one in before]
    assert after[0]["at"] == instant_text(NOON + round((HOUR_S - 700) * S))


def test_versions_are_the_same_however_the_spans_are_portioned(house):
    spans = versions((0, "v1"), (5_000, "v2"), (9_000, "v3"), (12_000, "v2"))
    house.send(*spans)
    house.settle()
    with House(prices=small_book()) as other:
        for span in reversed(spans):
            other.send(span)
            other.derive()
            Asked(other.store).changes()
        other.settle()
        assert Asked(other.store).changes() == Asked(house.store).changes() != []


def test_a_version_that_comes_back_after_another_is_a_change_again(house):
    hours = [(hour * HOUR_S, "v2") for hour in range(2, 12)]
    house.send(*versions((0, "v1"), *hours, (12 * HOUR_S, "v1")))
    house.settle()
    back, first = Asked(house.store, NOON + 20 * 3_600 * S).changes()
    assert (told(first)[2:], told(back)[2:]) == (("v1", "v2"), ("v2", "v1"))
    assert (first["again"], back["again"]) == (False, True)


def test_a_quiet_night_is_no_change(house):
    house.send(*versions((0, "v1"), (12 * HOUR_S, "v1")))
    house.settle()
    assert Asked(house.store, NOON + 20 * 3_600 * S).changes() == []


def test_models_prompts_and_indices_are_versions_too(house):
    def request(at_s, answers, says, index):
        settings = {"burnline.configuration.name": "limits", "burnline.configuration.version": f"settings {index}"}
        route = {"burnline.route": "answer"}
        root = Sent(trace=round(at_s) + 1, start_s=at_s, kind="request", says=route | settings)
        answered = {"gen_ai.response.model": answers, **says}
        calls = call(trace=root.trace, span=2, parent=1, start_s=at_s, says=answered)
        fetched = {"gen_ai.data_source.id": "handbook", "burnline.index.version": index}
        return [root, calls, Sent(root.trace, 3, 1, at_s, kind="retriever", says=fetched)]

    house.send(*request(0, "gpt-4o-2024-05-13", NEW_PROMPT | {"gen_ai.prompt.version": "6"}, "a"))
    house.send(*request(HOUR_S, "gpt-4o-2024-08-06", NEW_PROMPT, "b"))
    house.settle()
    assert sorted(told(one) for one in Asked(house.store).changes()) == [
        ("configuration", "limits", "settings a", "settings b"),
        ("index", "handbook", "a", "b"),
        ("model", "gpt-4o", "gpt-4o-2024-05-13", "gpt-4o-2024-08-06"),
        ("prompt", "greeting", "6", "7"),
    ]


def test_what_is_told_is_kept_once():
    asked = Asked(store_with())
    first, second = asked.tell(by="ci"), asked.tell(by="ci")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert [told(one) for one in asked.changes()] == [("release", "shop", "v1", "v2")]


def test_a_key_stands_for_one_change():
    asked = Asked(store_with())
    assert [asked.tell(id="deploy-7").status_code for _ in range(2)] == [201, 200]
    other = asked.tell(id="deploy-7", to="v3")
    assert (other.status_code, other.json()["title"]) == (409, "Conflict")
    assert "deploy-7" in other.json()["detail"]


def test_what_was_told_and_then_seen_is_one_change(house):
    house.send(*versions((0, "v1"), (1_860, "v2")))
    house.settle()
    asked = Asked(house.store)
    asked.tell(**{"from": None})
    (change,) = asked.changes()
    assert (change["source"], *told(change)) == ("posted", "release", "shop", "v1", "v2")
    assert change["seen_at"] == instant_text(NOON + 1_860 * S)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ({"kind": "router"}, "kind"),
        ({"kind": "weather"}, "kind"),
        ({"at": "yesterday"}, "at"),
        ({"name": ""}, "name"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_no_change_is_refused_by_name(words, named):
    answer = Asked(store_with()).tell(**words)
    assert (answer.status_code, named in answer.json()["detail"]) == (400, True)


def requests(*, around: int, bad_after: bool) -> list[Stored]:
    """Two a minute for an hour on both sides, one in ten failing, and afterwards every second one if asked for."""
    found = []
    for number in range(240):
        minute = number // 2 - 60
        failing = number % 20 == 0 or (bad_after and minute >= 0 and number % 2 == 0)
        at = around + minute * MINUTE
        words = {"status": "error" if failing else "ok", "duration_ns": S}
        found.append(Stored(number=number + 1, started_at=at, **words))
    return found


@pytest.mark.parametrize(("bad_after", "verdict"), [(True, "differs"), (False, "no_difference_seen")])
def test_both_sides_have_their_figures_and_what_they_say(bad_after, verdict):
    at = instant_ns(DEPLOY["at"])
    asked = Asked(store_with(*requests(around=at, bad_after=bad_after)), at + 2 * 3_600 * S)
    asked.tell()
    (change,) = asked.changes()
    before, after = change["figures_before"], change["figures_after"]
    assert (before["requests"], before["errors"], after["requests"]) == (120, 6, 120)
    assert after["errors"] == (60 if bad_after else 6)
    assert before["error_ratio"] == 6 / 120
    assert before["cost_per_request_usd"] == "0.00025"  # 100 x 0.0000025
    said = {one["figure"]: one["verdict"] for one in change["compared"]}
    assert (said["error_ratio"], said["cost_per_request_usd"]) == (verdict, "no_difference_seen")


def test_windows_are_equal_and_the_minute_of_the_change_is_in_neither():
    asked = Asked(store_with(), instant_ns("2026-11-18T12:35:30Z"))
    asked.tell(at="2026-11-18T12:30:20Z")
    (change,) = asked.changes()
    sides = [
        (change[side]["start"][11:16], change[side]["until"][11:16]) for side in ("figures_before", "figures_after")
    ]
    assert sides == [("12:26", "12:30"), ("12:31", "12:35")]


def test_few_requests_say_nothing():
    at = instant_ns(DEPLOY["at"])
    few = [Stored(number=n + 100, started_at=at + n * MINUTE) for n in range(-20, 20)]
    asked = Asked(store_with(*few), at + 3_600 * S)
    asked.tell()
    (change,) = asked.changes()
    assert {one["verdict"] for one in change["compared"]} == {"too_few_requests"}


def test_a_change_of_one_route_has_the_figures_of_that_route():
    at = instant_ns(DEPLOY["at"])
    stored = [
        Stored(number=n + 100, started_at=at + n * MINUTE, route="search" if n % 2 else "answer")
        for n in range(-30, 30)
    ]
    asked = Asked(store_with(*stored), at + 3_600 * S)
    asked.tell(route="search")
    (change,) = asked.changes(route="search")
    assert (change["figures_before"]["requests"], change["figures_after"]["requests"]) == (15, 15)
    assert asked.changes(route="answer") == []


def test_what_the_journal_notes_of_routes_and_configuration_is_a_change():
    store = DuckDBStore(None)
    journal = Journal(store)
    ladders = (["premium", "standard"], ["premium", "standard", "economy"])
    for number, ladder in enumerate(ladders):
        at = instant(NOON + number * S)
        journal.append([Note("budgets", {"routes": [{"tenant": None, "route": "answer", "ladder": ladder}]})], at)
        journal.append([Note("configuration", {"store": f"memory {number}", "routes": str(number)})], at)
    found = Asked(store).changes()
    assert {one["kind"]: (one["name"], one["source"]) for one in found} == {
        "router": ("answer", "recorded"),
        "configuration": ("store", "recorded"),
    }
    (router,) = (one for one in found if one["kind"] == "router")
    assert (router["from"], router["to"]) == ("premium > standard", "premium > standard > economy")


def test_pages_go_on_where_they_ended():
    asked = Asked(store_with())
    for minute in range(5):
        asked.tell(at=f"2026-11-18T12:0{minute}:00Z")
    whole = [one["at"] for one in asked.changes()]
    first = asked.send("GET", "/v1/changes", params={"limit": 3}).json()
    rest = asked.send("GET", "/v1/changes", params={"limit": 3, "cursor": first["next"]}).json()
    assert [one["at"] for one in (*first["changes"], *rest["changes"])] == whole
    assert rest["next"] is None


def test_changes_are_on_the_page_that_prometheus_reads():
    asked = Asked(store_with())
    asked.tell(route="answer")
    families = {one.name: one for one in text_string_to_metric_families(asked.send("GET", "/metrics").text)}
    (sample,) = families["burnline_change_timestamp_seconds"].samples
    assert sample.labels == {"kind": "release", "name": "shop", "from": "v1", "to": "v2", "route": "answer"}
    assert sample.value == instant_ns(DEPLOY["at"]) / S


def test_figures_are_left_out_where_nobody_asks_for_them():
    at = instant_ns(DEPLOY["at"])
    asked = Asked(store_with(*requests(around=at, bad_after=False)), at + 2 * 3_600 * S)
    asked.tell()
    (change,) = asked.changes(figures=False)
    assert (change["figures_before"], change["compared"]) == (None, [])
