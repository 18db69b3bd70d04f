"""Chromium over a filled server; whatever the browser complains about fails the test that made it.

The browser lives as long as a module: Playwright's loop runs in the thread of the tests, and a test of another module
may want a loop of its own.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.chromium import chromium
from tests.console.workload import CONFIG, World, fill
from tests.flow.conftest import Servers

WIDE, PHONE = (1280, 800), (390, 844)
_PATIENCE_MS = 20_000
"""A machine that does several things at once is slow, not broken."""
expect.set_options(timeout=_PATIENCE_MS)
_ALONE = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One server for the pages of a module; tests leave it as they found it."""
    servers = Servers(tmp_path_factory.mktemp("console"))
    try:
        yield fill(servers(config=CONFIG))
    finally:
        servers.end()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable, environment = chromium()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=_ALONE, env=environment)
        yield launched
        launched.close()


@dataclass
class Complaints:
    """What the browser said; ``forgive`` names what a test expects."""

    heard: list[str] = field(default_factory=list)
    forgiven: list[re.Pattern[str]] = field(default_factory=list)

    def forgive(self, pattern: str) -> None:
        """Let a complaint pass that the test provokes."""
        self.forgiven.append(re.compile(pattern))

    def watch(self, page: Page) -> None:
        page.on(
            "console", lambda said: said.type in {"error", "warning"} and self.heard.append(f"console: {said.text}")
        )
        page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        page.on("requestfailed", lambda request: self._failed(request.url, request.failure or ""))
        page.on("response", lambda answer: answer.status >= 400 and self.heard.append(f"{answer.status}: {answer.url}"))

    def _failed(self, url: str, why: str) -> None:
        if "ERR_ABORTED" not in why:  # the page asked for it and left
            self.heard.append(f"{why}: {url}")

    @property
    def unforgiven(self) -> list[str]:
        return [said for said in self.heard if not any(pattern.search(said) for pattern in self.forgiven)]


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    found = Complaints()
    yield found
    assert found.unforgiven == []


Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One cache for the pages of a module: the chart library is five megabytes."""
    opened = browser.new_context(reduced_motion="reduce")
    opened.set_default_timeout(_PATIENCE_MS)
    yield opened
    opened.close()


@pytest.fixture
def visit(context: BrowserContext, world: World, complaints: Complaints) -> Iterator[Visit]:
    """Open a path of the console in a page of its own; what a page keeps in the browser goes with the test."""
    opened: list[Page] = []

    def go(path: str, size: tuple[int, int] = WIDE, theme: str = "light", *, settles: bool = True) -> Page:
        page = context.new_page()
        opened.append(page)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=theme)
        complaints.watch(page)
        page.goto(world.url + path)
        if settles:
            settled(page)
        return page

    yield go
    for page in opened:
        page.evaluate("localStorage.clear()")
        page.close()


def settled(page: Page) -> None:
    """Wait until no panel is loading, and every chart in sight is drawn."""
    page.wait_for_function(
        """() => {
            const far = (canvas) => canvas.getBoundingClientRect().top > innerHeight && !canvas.near;
            const drawn = (canvas) => far(canvas) || canvas.querySelector(".main-svg, .empty");
            const loading = document.querySelector("[aria-busy], .skeleton");
            const canvases = [...document.querySelectorAll(".canvas")];
            return document.querySelector("main h1") && !loading && canvases.every(drawn);
        }"""
    )


@pytest.fixture
def shots(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keep a picture of a page where ``--shots FOLDER`` asks for them."""
    folder = request.config.getoption("--shots")

    def keep(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return keep
