"""The pages of experiments: what can be concluded today, intervals as pictures, the split in words, cheaper models."""

import re
import time
from urllib.parse import quote

import numpy as np
import pytest
from playwright.sync_api import expect

from analytics.evaluation.events import Event, export_request
from tests.analytics.derive.house import Sent, body, call
from tests.console.conftest import PHONE, WIDE
from tests.console.test_pages import COLOURS, serious
from tests.console.workload import HOSTILE, S, World, _text
from tests.flow.conftest import Servers

MODELS = {"current": "gpt-4o", "smaller": "gpt-4o-mini"}
EACH, OF_A, OF_B = 260, 100, 300
CONFIG = {"derive": {"settle": "1s"}, "recommendations": {"errors_margin": 0.03}}
SMALLER, LOST = "smaller-model", f"lost {HOSTILE} {'a' * 250}"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A smaller model, drawn for each of 520 requests, as good as the other; and a split that lost most of one side."""
    servers = Servers(tmp_path_factory.mktemp("experiments"))
    try:
        server = servers(config=CONFIG)
        world = World(server, time.time_ns() // S * S)
        spans = [span for request in (*_smaller(world), *_lost(world)) for span in request]
        assert server.send(body(spans)).status_code == 200
        assert server.send(export_request(_scores(world)).SerializeToString(), "/v1/logs").status_code == 200
        server.until(lambda: server.get("/v1/cost")["totals"]["requests"] == 2 * EACH + OF_A + OF_B, 30)
        server.until(lambda: _told(server), 30)
        yield world
    finally:
        servers.end()


def _told(server):
    rows = server.get(f"/v1/experiments/{SMALLER}")["comparisons"]
    return any(row["measure"] == "evaluation:helpful" and row["requests"] == EACH for row in rows)


def _smaller(world):
    """Each variant in turn, three seconds apart; tokens scatter by a tenth, the smaller one is twice as fast."""
    chance = np.random.default_rng(7)
    for n in range(2 * EACH):
        variant = ("current", "smaller")[n % 2]
        tokens = tuple(round(one * (1 + 0.1 * chance.uniform(-1, 1))) for one in (1_200, 80))
        took_s = (1.0 if variant == "current" else 0.5) * (1 + 0.2 * chance.uniform(-1, 1))
        yield _request(world, n, 3 * (2 * EACH - n), (SMALLER, variant, MODELS[variant]), tokens=tokens, took_s=took_s)


def _lost(world):
    for n in range(OF_A + OF_B):
        variant = "a" if n < OF_A else f"b {HOSTILE}"
        yield _request(world, 2 * EACH + n, 900 - n, (LOST, variant, "gpt-4o"))


def _request(world, n, ago_s, drawn, *, tokens=(100, 10), took_s=1.0):
    experiment, variant, model = drawn
    at_ns = world.filled_at_ns - (30 + ago_s) * S
    says = {"burnline.route": "help", "burnline.tenant": "acme"} | {
        "burnline.experiment": experiment,
        "burnline.variant": variant,
    }
    root = Sent(trace=1 + n, kind="request", start_at_ns=at_ns, duration_s=took_s, says=says)
    return [root, call(trace=1 + n, span=2, parent=1, model=model, tokens=tokens, start_at_ns=at_ns, duration_s=took_s)]


def _scores(world):
    chance = np.random.default_rng(8)
    for n in range(2 * EACH):
        score = 0.8 + 0.1 * chance.uniform(-1, 1)
        yield Event("helpful", world.filled_at_ns - n * S, score=score, trace_id=world.trace(1 + n), source=None)


def region(page, name):
    return page.get_by_role("region", name=name, exact=True)


def measure(page, name):
    return region(page, f"Measures of {SMALLER}").locator("tbody tr", has_text=name)


def test_the_list_says_of_each_experiment_what_can_be_concluded_and_leads_to_it(visit):
    page = visit("/experiments")
    rows = region(page, "Experiments").first.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text=SMALLER)).to_contain_text("520")
    today = region(page, "What can be concluded today")
    expect(today).to_contain_text("Safe to look at daily")
    expect(today).to_contain_text(
        re.compile(r"smaller against current: better in cost of a request \(\u22129\d\.\d %\), latency \(")
    )
    page.get_by_role("link", name=SMALLER).first.click()
    page.wait_for_url(f"**/experiments/{SMALLER}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(SMALLER)


def test_an_interval_is_drawn_against_no_difference_and_said_in_words(visit):
    page = visit(f"/experiments/{SMALLER}")
    cost = measure(page, "cost of a request").get_by_role("img")
    expect(cost).to_have_attribute("aria-label", re.compile(r"cost of a request: \u2212\$0\.00\d+ to \u2212\$0\.00\d+"))
    middle = cost.bounding_box()
    ends = cost.locator(".range").bounding_box()
    assert ends["x"] + ends["width"] < middle["x"] + middle["width"] / 2  # all of it is cheaper
    helpful = measure(page, "helpful")
    told, point = helpful.get_by_role("img").bounding_box(), helpful.locator(".range").bounding_box()
    assert point["x"] < told["x"] + told["width"] / 2 < point["x"] + point["width"]  # zero is inside
    expect(helpful).to_contain_text("no difference")
    expect(measure(page, "failed requests")).to_contain_text("not known yet")


def test_a_split_as_planned_is_said_in_words(visit):
    split = region(visit(f"/experiments/{SMALLER}"), "Split")
    expect(split).to_contain_text("520 requests: 260 to current and 260 to smaller, where even shares were planned.")
    expect(split).to_contain_text("as planned")


def test_of_a_lost_split_nothing_is_concluded(visit):
    page = visit(f"/experiments/{quote(LOST, safe='')}")
    expect(region(page, "What can be concluded today").locator("li")).to_have_count(1)
    expect(region(page, "What can be concluded today")).to_contain_text(
        "Nothing yet: requests do not come to the variants as planned"
    )
    expect(region(page, "Split")).to_contain_text("something loses or doubles requests")
    assert page.locator("main img").count() == 0


def test_another_control_turns_the_comparison_around_and_stands_in_the_address(visit):
    page = visit(f"/experiments/{SMALLER}")
    page.get_by_label("Control", exact=True).select_option("smaller")
    page.wait_for_url("**?control=smaller")
    expect(region(page, "What can be concluded today")).to_contain_text(
        "current against smaller: worse in cost of a request"
    )


def test_a_start_of_ones_own_is_warned_of(visit, world):
    page = visit(f"/experiments/{SMALLER}?start={_text(world.filled_at_ns - 1_000 * S)}")
    expect(region(page, "What can be concluded today")).to_contain_text("does not begin with the experiment")


def test_a_cheaper_model_stands_with_its_money_and_evidence(visit):
    page = visit("/experiments")
    row = region(page, "Cheaper models").first.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("gpt-4o-mini")
    expect(row).to_contain_text("holds quality")
    expect(row.get_by_role("img").last).to_have_attribute(
        "aria-label", re.compile("helpful 0.80 → 0.(79|80), of 260 requests")
    )
    row.get_by_role("link", name=SMALLER).click()
    page.wait_for_url(f"**/experiments/{SMALLER}")


def test_the_overview_leads_to_an_experiment_that_runs(visit):
    page = visit("/")
    page.get_by_role("region", name="Experiments").get_by_role("link", name=SMALLER).click()
    page.wait_for_url(f"**/experiments/{SMALLER}")


def test_an_experiment_that_nobody_named_is_said_not_to_be(visit, complaints):
    complaints.forgive("404")
    page = visit("/experiments/nobody", settles=False)
    expect(page.locator("main")).to_contain_text("no span named an experiment nobody")


def test_one_that_cannot_be_judged_leaves_the_others(visit, complaints):
    complaints.forgive("503")
    page = visit("/experiments", settles=False)
    page.route("**/v1/experiments/lost*", lambda route: route.fulfill(status=503, body="{}"))
    page.reload()
    today = region(page, "What can be concluded today")
    expect(today).to_contain_text("Not judged")
    expect(today).to_contain_text("smaller against current: better")


def test_a_window_without_an_experiment_says_how_to_begin_one(visit):
    page = visit("/experiments?start=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z")
    expect(region(page, "Experiments").first).to_contain_text("Say which variant serves a request")


@pytest.mark.parametrize("path", ["/experiments", f"/experiments/{SMALLER}"])
def test_it_keeps_nobody_out_in_both_colours_and_fits(visit, shots, path):
    page = visit(path)
    name = path.strip("/").replace("/", "-")
    for theme, options in (("light", None), ("dark", COLOURS)):
        page.emulate_media(color_scheme=theme)
        shots(page, f"{name}-{WIDE[0]}-{theme}")
        assert serious(page, options) == []
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        shots(page, f"{name}-{PHONE[0]}-{theme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        page.set_viewport_size({"width": 1920, "height": 1080})
        shots(page, f"{name}-1920-{theme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1920
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
