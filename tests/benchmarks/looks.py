"""How long until a page of the console is usable on ten million spans, in Chromium's own clock?

The store is that of :mod:`tests.benchmarks.month`, whose retrievals say everything. Each page is opened by its address:
once right after the server started, and then again and again in a browser that knows none of it. Usable is when the
figures, rows or drawing stand that the page begins with. The server is a process of its own on the same two cores; CPU
is what the server and the browser used until then, which others on the machine do not lengthen.

Run as ``python -m tests.benchmarks.looks [spans] [folder] [words of a page] [rounds]``; a filled folder is kept.
"""

import asyncio
import multiprocessing
import os
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psutil
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from analytics.slo.burn import nanoseconds
from tests.benchmarks.month import SPANS_EACH, month
from tests.benchmarks.pages import NOON, SPANS, application
from tests.benchmarks.retrieval import tell
from tests.chromium import chromium

_LIMIT_S = 1.0
_ROUNDS = 5
_TILE = "main .tile .value"
_ROW = "main tbody tr"
_PAGES = (
    ("overview", "/", _TILE),
    ("overview of a month", "/?window=30d", _TILE),
    ("requests", "/requests", _ROW),
    ("requests of a month", "/requests?window=30d", _ROW),
    ("requests of a month, of no model", "/requests?window=30d&model=nothing", "main .empty"),
    ("a trace", "/requests/{trace}", "main .waterfall"),
    ("cost", "/cost", _TILE),
    ("cost of a month", "/cost?window=30d", _TILE),
    ("budgets", "/budgets", _ROW),
    ("an objective", "/budgets/answers", _TILE),
    ("routing", "/routing", "main .panel .body > :not(.skeleton)"),
    ("quality", "/quality", _ROW),
    ("quality of a week", "/quality?window=7d", _ROW),
    ("experiments", "/experiments", "main .panel .body > :not(.skeleton)"),
    ("changes", "/changes", "main .panel .body > :not(.skeleton)"),
    ("chargeback", "/chargeback", _ROW),
    ("a month of chargeback", "/chargeback/2026-11", _TILE),
)
_WATCH = """
const since = Date.now(), now = Date.now.bind(Date);
Date.now = () => %d + now() - since;
new MutationObserver(() => { if (!window.usableAt && document.querySelector(%r)) window.usableAt = performance.now(); })
  .observe(document, { subtree: true, childList: true, attributes: true });
"""
_Look = tuple[float, float, float]
"""Seconds until usable, and CPU milliseconds of server and browser until then."""
_BROWSER = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage")


def main() -> None:
    """Print seconds and CPU milliseconds."""
    spans = int(sys.argv[1]) if len(sys.argv) > 1 else SPANS
    wanted, rounds = "".join(sys.argv[3:4]), int(sys.argv[4]) if len(sys.argv) > 4 else _ROUNDS
    print(__doc__.splitlines()[0], "\n")
    with ExitStack() as stack:
        folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        store = month(folder, spans // SPANS_EACH, NOON)
        tell(store)
        store.close()
        executable, environment = chromium()
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=executable, args=_BROWSER, env=dict(environment)
        )
        print(f"| {spans:,} spans | first, s | median, s | slowest, s | CPU ms: server | browser | |")
        print("|---|---|---|---|---|---|---|")
        for name, path, usable in _PAGES:
            if wanted in name:
                with _server(folder) as (process, origin):
                    looks = [_look(browser, process, origin + path, usable) for _ in range(rounds + 1)]
                print(_row(name, looks[0], looks[1:] or looks), flush=True)


def _row(name: str, first: _Look, again: Sequence[_Look]) -> str:
    seconds, served, browsed = (statistics.median(figures) for figures in zip(*again, strict=True))
    over = "over" if max(first[0], seconds) > _LIMIT_S else ""
    slowest = max(one[0] for one in again)
    return f"| {name} | {first[0]:.2f} | {seconds:.2f} | {slowest:.2f} | {served:.0f} | {browsed:.0f} | {over} |"


def _look(browser: Browser, server: psutil.Process, url: str, usable: str) -> _Look:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(_WATCH % (NOON.timestamp() * 1e3, usable))
    if "{trace}" in url:
        newest = page.request.get(url.split("/requests/", maxsplit=1)[0] + "/v1/requests?limit=1").json()["requests"][0]
        url = url.replace("{trace}", newest["trace_id"])
    before = _cpu_ms(server), _cpu_ms(*_browsers(server))
    page.goto(url, wait_until="commit")
    page.wait_for_function("() => window.usableAt", polling=100, timeout=60_000)
    after = _cpu_ms(server), _cpu_ms(*_browsers(server))
    seconds = page.evaluate("window.usableAt") / 1e3
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')", timeout=60_000)
    context.close()
    time.sleep(1.2)  # so that nothing asked for this look answers the next
    return seconds, after[0] - before[0], after[1] - before[1]


def _browsers(server: psutil.Process) -> list[psutil.Process]:
    return [one for one in psutil.Process().children(recursive=True) if one.pid != server.pid]


def _cpu_ms(*processes: psutil.Process) -> float:
    found = 0.0
    for one in processes:
        try:
            used = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        found += (used.user + used.system) * 1e3
    return found


@contextmanager
def _server(folder: Path) -> Iterator[tuple[psutil.Process, str]]:
    """Serve the folder as ``burnline serve`` does, at the instant for which it was filled."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        process = multiprocessing.get_context("spawn").Process(target=_serve, args=(folder, listening), daemon=True)
        process.start()
        origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        _ready(origin)
        yield psutil.Process(process.pid), origin
    finally:
        process.kill()
        process.join()


def _ready(origin: str) -> None:
    host, port = origin.removeprefix("http://").split(":")
    for _ in range(1_200):
        with socket.socket() as asking:
            if asking.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nobody answers at {origin} after two minutes")


def _serve(folder: Path, listening: socket.socket) -> None:
    store = month(folder, 0, NOON)
    began, noon = time.time_ns(), nanoseconds(NOON)
    app = application(store, folder, lambda: noon + time.time_ns() - began)
    asyncio.run(_watched(app))
    uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", date_header=False)).run([listening])


async def _watched(app: object) -> None:
    """Look at objectives and budgets once, as the watch of a server does from its start, every second."""
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the application, whatever it is made with
    async with httpx.AsyncClient(transport=transport, base_url="http://burnline", timeout=60) as client:
        await client.get("/v1/overview/goals")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()
