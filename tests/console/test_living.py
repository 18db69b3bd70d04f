"""A page that is left open: it follows what happens, survives the server, and is not beaten by a large trace."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.analytics.derive.house import Sent, call
from tests.analytics.derive.house import body as exported
from tests.console.conftest import settled
from tests.console.workload import S
from tests.flow.conftest import Burnline, Servers

MANY = 10_000


@pytest.fixture(scope="module")
def servers(tmp_path_factory) -> Servers:
    started = Servers(tmp_path_factory.mktemp("living"))
    yield started
    started.end()


@pytest.fixture(scope="module")
def living(servers) -> Burnline:
    """A server of its own, which tests write to and stop."""
    return servers(config={"derive": {"settle": "1s"}})


def send(server: Burnline, trace: int, *, spans: int = 1) -> None:
    """A request with so many steps; waits until it is derived."""
    now_ns = time.time_ns() - 2 * S
    steps = [
        Sent(
            trace=trace,
            span=2 + i,
            parent=1 + i // 10,
            start_at_ns=now_ns + i * 100_000,
            duration_s=0.001,
            name=f"step {i}",
        )
        for i in range(spans - 1)
    ]
    root = call(trace=trace, span=1, name="request", start_at_ns=now_ns, duration_s=1.5)
    assert server.send(exported([root, *steps])).status_code == 200
    server.until(lambda: server.ask(f"/v1/requests/{trace:032x}").is_success and _costs(server, trace), within_s=20)


def _costs(server: Burnline, trace: int) -> bool:
    """Whether sums have it as well."""
    found = server.get("/v1/requests", trace=f"{trace:032x}")["requests"]
    return len(found) == 1 and found[0]["complete"]


def turn(page: Page) -> None:
    """Let the next refresh come without waiting for it."""
    page.clock.run_for(5_500)


def open_with_a_clock(browser, complaints, url: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    complaints.watch(page)
    page.clock.install()
    page.goto(url)
    page.clock.run_for(100)
    settled(page)
    return page


def test_a_page_follows_and_leaves_focus_and_what_is_typed_alone_and_outlives_the_server(
    browser, complaints, servers, living
):
    send(living, 1)
    page = open_with_a_clock(browser, complaints, f"{living.api}/requests")
    expect(page.locator("tbody tr").first).to_contain_text("unallocated")
    before = page.locator("tbody tr").count()
    page.locator("tbody a").focus()
    page.evaluate("window.focused = document.activeElement")
    send(living, 2)
    turn(page)
    expect(page.locator("tbody tr")).to_have_count(before + 1)
    assert page.evaluate("document.activeElement === window.focused")

    complaints.forgive("ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET")
    assert living.stop() == 0
    page.get_by_label("Tenant").fill("half a na")
    turn(page)
    expect(page.get_by_role("alert")).to_contain_text("No answer from the server")
    expect(page.locator("tbody tr")).to_have_count(before + 1)  # what was known is still there
    port = int(living.api.rsplit(":", 1)[1])
    again = servers(data=living.data, port=port)
    turn(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert page.get_by_label("Tenant").input_value() == "half a na"
    living.process, living.otlp, living.log = again.process, again.otlp, again.log
    page.context.close()


def test_spans_that_are_each_others_parents_are_drawn_once(browser, complaints, living):
    start_ns = time.time_ns() - 2 * S
    circle = [Sent(trace=4, span=span, parent=5 - span, start_at_ns=start_ns, name=f"half {span}") for span in (2, 3)]
    assert living.send(exported(circle)).status_code == 200
    path = f"/v1/requests/{4:032x}"
    living.until(
        lambda: living.ask(path).status_code == 200 and len(living.get(path)["spans"]) == len(circle), within_s=20
    )
    page = browser.new_context().new_page()
    complaints.watch(page)
    page.goto(f"{living.api}/requests/{4:032x}")
    settled(page)
    assert sorted(page.locator(".w-text").all_inner_texts()) == ["half 2", "half 3"]
    page.context.close()


def test_a_trace_of_ten_thousand_spans_is_built_as_far_as_it_is_seen(browser, complaints, living):
    send(living, 3, spans=MANY)
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    complaints.watch(page)
    page.goto(f"{living.api}/requests/{3:032x}")
    settled(page)
    grid = page.get_by_role("treegrid")
    expect(grid).to_have_attribute("aria-rowcount", str(MANY + 1))
    assert page.locator(".w-row").count() < 100
    grid.focus()
    began = time.monotonic()
    page.keyboard.press("End")
    chosen = page.locator(".w-row[aria-selected=true]")
    expect(chosen).to_have_attribute("aria-rowindex", str(MANY + 1))
    expect(chosen).to_be_in_viewport()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".w-row")).to_have_count(1)
    assert time.monotonic() - began < 5
    page.context.close()
