"""An operator: why a route stepped, and a hand on it that says beforehand what it will do."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.console.conftest import settled
from tests.console.workload import World


@pytest.fixture(autouse=True)
def nothing_by_hand(world: World) -> Iterator[None]:
    """Whatever a test put in force ends with it."""
    yield
    words = {"action": "clear", "route": "answer", "by": "test", "reason": "the test is over"}
    httpx.post(f"{world.url}/v1/routing/overrides", json=words)


def card(page: Page) -> Locator:
    return page.locator(".route", has=page.get_by_role("heading", name="answer", exact=True))


def ask(page: Page, button: str, **fields: str) -> Locator:
    """Open a dialog of the route and fill it in."""
    card(page).get_by_role("button", name=button).click()
    box = page.get_by_role("dialog")
    for name, value in {"by": "Ada", "reason": "the provider told us <b>so</b>", **fields}.items():
        control = box.locator(f"[name={name}]")
        control.select_option(value) if control.evaluate("one => one.tagName") == "SELECT" else control.fill(value)
    return box


def test_a_route_that_stepped_says_what_burned_and_by_how_much(visit):
    page = visit("/routing")
    expect(card(page)).to_contain_text("answers burns")
    step = page.locator(".steps > li").first
    step.get_by_text("Evidence").click()
    expect(step.get_by_role("link", name="answers")).to_have_attribute("href", "/budgets/answers")
    expect(page.get_by_role("img", name=re.compile("^answer: premium from"))).to_be_visible()


def test_a_step_says_what_it_came_to_and_a_month_sums_it_up(visit):
    page = visit("/routing")
    step = page.locator(".steps > li", has=page.locator(".effect")).first
    expect(step.locator(".effect")).to_contain_text(re.compile(r"Saved .* requests served lower"))
    months = page.get_by_role("region", name="What downgrades saved and what they cost, by month")
    expect(months.get_by_role("row").nth(1)).to_contain_text(re.compile(r"\d{4}-\d\d \(not final\)\s*answer"))


def test_a_step_is_marked_in_the_address(visit):
    page = visit("/routing")
    page.locator(".steps > li").first.get_by_role("link").first.click()
    page.wait_for_url("**step=*")
    page.reload()
    settled(page)
    expect(page.locator(".steps > li[aria-current]")).to_have_count(1)
    expect(page.locator(".steps > li[aria-current] details")).to_have_attribute("open", "")


def test_a_route_is_held_and_let_go_again_without_a_reload(visit):
    page = visit("/routing")
    page.evaluate("window.stays = true")
    box = ask(page, "Hold answer")
    expect(box).to_contain_text(re.compile(r"stays at \w+.* until \d\d:\d\d UTC"))
    box.get_by_role("button", name="Hold").click()
    expect(card(page)).to_contain_text("held by Ada until")
    expect(card(page)).to_contain_text("<b>so</b>")
    expect(page.get_by_role("status").filter(has_text="answer is held until")).to_be_visible()
    box = ask(page, "Clear answer")
    box.get_by_role("button", name="Clear").click()
    expect(card(page)).not_to_contain_text("held by Ada")
    expect(card(page).get_by_role("button", name="Clear answer")).to_have_count(0)
    assert page.evaluate("window.stays")


def test_a_tier_is_served_by_hand_and_stands_among_the_steps(visit):
    page = visit("/routing")
    box = ask(page, "Set the tier of answer", tier="economy", for_s="1800")
    expect(box).to_contain_text("Routers serve answer at economy")
    box.get_by_role("button", name="Serve it").click()
    expect(card(page).locator("[aria-current=step]")).to_have_text("economy")
    expect(card(page).locator(".badge").first).to_have_text("manual")
    expect(page.locator(".steps > li").first).to_contain_text("by hand")


def test_what_the_server_refuses_is_said_in_the_dialog_and_nothing_changes(visit, complaints):
    complaints.forgive("409")
    page = visit("/routing")
    box = ask(page, "Set the tier of answer", tier="premium", share="0.5")
    box.get_by_role("button", name="Serve it").click()
    expect(box.get_by_role("alert")).to_contain_text("share is 0.5; expected none with premium")
    box.get_by_role("button", name="Cancel").click()
    expect(box).to_have_count(0)
    expect(card(page).get_by_role("button", name="Clear answer")).to_have_count(0)


def test_without_a_reason_nothing_is_sent(visit):
    page = visit("/routing")
    box = ask(page, "Hold answer", reason="")
    box.get_by_role("button", name="Hold").click()
    assert box.locator("[name=reason]").evaluate("one => one.validity.valueMissing")
    expect(box).to_be_visible()


def test_a_dialog_is_left_by_the_keyboard_and_the_focus_goes_back(visit):
    page = visit("/routing")
    button = card(page).get_by_role("button", name="Hold answer")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()


def test_readers_say_what_they_have_applied(visit, world):
    document = world.server.get("/v1/routing/decisions")
    said = {"reader": "router-1", "service": "assistant", "applied_at": document["issued_at"], "decisions": 1}
    answer = httpx.post(
        f"{world.url}/v1/routing/acknowledgements", json=said | {name: document[name] for name in ("epoch", "seq")}
    )
    assert answer.status_code == 204
    page = visit("/routing")
    expect(page.locator("tr", has_text="router-1")).to_contain_text("assistant")
