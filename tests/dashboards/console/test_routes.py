"""One document on every page's path, files that are kept for ever, and a policy that lets nothing else in."""

import gzip
import re
import subprocess
import zipfile

import httpx
import pytest

from collector.store import DuckDBStore
from dashboards.app import Parts, build_app
from dashboards.console.assets import load_assets
from dashboards.console.routes import PAGES, POLICY
from dashboards.console.settings import ConsoleSettings
from tests.analytics.stored import NOON
from tests.house.tree import ROOT, files
from tests.official_validator.environment import _uv

ASSETS = ROOT / "dashboards" / "console" / "assets"
LONGEST = 300


@pytest.fixture
def client() -> httpx.AsyncClient:
    return asking()


def asking(**parts: object) -> httpx.AsyncClient:
    app = build_app(Parts(DuckDBStore(None), lambda: NOON, **parts))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:8320")


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_the_one_document(client, path):
    answer = await client.get(re.sub(r"\{.+?\}", "acme/x" if ":path" in path else "x", path))
    assert answer.text == load_assets().document.content.decode()
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-security-policy"] == POLICY


async def test_a_page_names_its_own_modules_so_that_all_are_fetched_at_once(client):
    link = (await client.get("/budgets/answers")).headers["link"]
    named = re.findall(r"<(/assets/\w+/([^>]+))>; rel=modulepreload", link)
    assert [name for _, name in named] == [
        "pages/budget.js",
        *(f"pages/budget/{name}.js" for name in ("contributors", "history", "standing")),
        *(f"pages/budgets/{name}.js" for name in ("objectives", "words")),
    ]
    for path, _ in named:
        assert (await client.get(path)).status_code == 200


def test_the_pages_of_the_navigation_are_those_of_the_server():
    assert tuple(re.findall(r'path: "(.+?)"', (ASSETS / "core/pages.js").read_text(encoding="utf-8"))) == PAGES


def test_nothing_inline_and_nothing_foreign_runs():
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["default-src"] == rules["frame-ancestors"] == "'none'"
    assert "unsafe-eval" not in POLICY
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=|https?://", load_assets().document.content.decode())


async def test_every_file_the_document_names_is_there_and_kept_for_ever(client):
    document = (await client.get("/")).text
    named = re.findall(r'"(/assets/[^"]+)"', document)
    assert any(name.endswith("plotly.min.js") for name in named)
    for name in named:
        answer = await client.get(name)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
        again = await client.get(name, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_files_are_packed_for_who_can_unpack_them(client):
    name = next(name for name in load_assets().files if name.endswith("core/format.js"))
    packed = await client.get(f"/assets/{name}", headers={"Accept-Encoding": "gzip"})
    plain = await client.get(f"/assets/{name}", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == gzip.decompress(load_assets().files[name].packed)


async def test_a_file_that_is_not_one_of_ours_is_not_found(client):
    for name in ("x", "../../pyproject.toml", f"{'0' * 16}/app.js"):
        assert (await client.get(f"/assets/{name}")).status_code == 404


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/nothing", "/requests/", "/v1/nothing", "/Budgets", "/%00", "/assets/x"])
async def test_a_path_that_nobody_has_is_a_page_to_a_browser_and_a_problem_to_a_program(client, path):
    page = await client.get(path, headers={"Accept": BROWSER})
    assert (page.status_code, page.text) == (404, load_assets().document.content.decode())
    assert page.headers["content-security-policy"] == POLICY
    for accept in ("*/*", "application/json", "text/html;q=0, */*"):
        problem = await client.get(path, headers={"Accept": accept})
        assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")


async def test_what_is_not_stored_and_what_is_not_asked_for_stay_problems_to_a_browser(client):
    for method, path, status in (("GET", f"/v1/requests/{'1' * 32}", 404), ("POST", "/nothing", 404)):
        answer = await client.request(method, path, headers={"Accept": BROWSER})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 404),  # a program that is no browser is let through, to a path that nobody has
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:8320"}, 404),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:9999"}, 403),
        ({"Origin": "http://localhost:9999"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
    ],
)
async def test_only_our_own_pages_may_change_something(client, headers, status):
    answer = await client.post("/v1/nothing", headers=headers)
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8320", 200),
        ("127.0.0.1", 200),
        ("[::1]:80", 200),
        ("rebound.example", 421),
        ("[", 421),
        ("burn.example", 200),
    ],
)
async def test_a_server_on_loopback_answers_to_its_own_names_only(host, status):
    client = asking(loopback_only=True, console=ConsoleSettings(hosts=("burn.example",)))
    assert (await client.get("/healthz", headers={"Host": host})).status_code == status


async def test_a_server_that_others_reach_answers_to_any_name(client):
    assert (await client.get("/healthz", headers={"Host": "burn.example"})).status_code == 200


@pytest.mark.parametrize("name", ["https://burn.example", "Burn.Example", ""])
def test_a_host_that_is_no_name_is_refused(name):
    with pytest.raises(ValueError, match="expected one in small letters"):
        ConsoleSettings(hosts=(name,))


def test_an_installed_wheel_has_every_file(tmp_path):
    subprocess.run([_uv(), "build", "--quiet", "--wheel", "--out-dir", str(tmp_path), str(ROOT)], check=True)  # noqa: S603 - ours
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        held = {name for name in wheel.namelist() if name.startswith("dashboards/console/assets/")}
    assert held == {str(path.relative_to(ROOT)) for path in files() if path.is_relative_to(ASSETS)}


def scripts() -> list[str]:
    return [
        path.read_text(encoding="utf-8") for path in files() if path.is_relative_to(ASSETS) and path.suffix == ".js"
    ]


def test_data_never_becomes_markup_or_code():
    assert [
        found
        for text in scripts()
        for found in re.findall(r"\w*(?:inner|outer)HTML|insertAdjacent\w+|\beval\(|new Function", text)
    ] == []


def test_files_of_the_console_are_short():
    lines = {path.name: path.read_text(encoding="utf-8").count("\n") for path in files() if path.is_relative_to(ASSETS)}
    assert {name: count for name, count in lines.items() if count > LONGEST} == {}


def test_colours_have_one_place():
    coloured = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")
    styled = [path for path in files() if path.is_relative_to(ASSETS) and path.suffix in {".css", ".js"}]
    assert [
        path.name for path in styled if path.name != "tokens.css" and coloured.search(path.read_text("utf-8"))
    ] == []
