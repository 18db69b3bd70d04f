"""Every link of a board leads to a page of the console, with parameters that what it asks knows."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from collector.store import DuckDBStore
from dashboards.app import Parts, build_app
from dashboards.console.routes import PAGES
from tests.dashboards.grafana.boards import committed, panels

CONSOLE = "${console}"
PAGE = [re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)) for path in PAGES]
WINDOW = {"start", "until"}
ASKED_BY = {"/requests": "/v1/requests", "/cost": "/v1/cost", "/changes": "/v1/changes"}
"""By page, the path whose parameters it takes."""
LINKS = sorted(
    {
        link["url"]
        for board in committed().values()
        for link in (*board["links"], *(one for p in panels(board) for one in p["fieldConfig"]["defaults"]["links"]))
        if link["url"]
    }
)


def parts(link: str) -> tuple[str, dict[str, list[str]]]:
    """Path and parameters, with every variable replaced by a value."""
    split = urlsplit(re.sub(r"\$\{[^}]+\}", "some", link.removeprefix(CONSOLE)))
    return split.path, parse_qs(split.query, keep_blank_values=True)


@pytest.fixture(scope="module")
def known():
    """The parameters of every path of the API."""
    paths = build_app(Parts(DuckDBStore(None), lambda: 0)).openapi()["paths"]
    return {path: {one["name"] for one in of.get("get", {}).get("parameters", [])} for path, of in paths.items()}


@pytest.mark.parametrize("link", LINKS)
def test_a_link_leads_to_a_page_with_parameters_it_knows(link, known):
    assert link.startswith(CONSOLE)
    path, asked = parts(link)
    assert any(page.fullmatch(path) for page in PAGE)
    assert set(asked) <= known[ASKED_BY[path]] | WINDOW if path in ASKED_BY else set(asked) <= WINDOW


@pytest.mark.parametrize("link", LINKS)
def test_values_are_written_as_parts_of_an_address(link):
    """A name may hold what means something there, such as a slash."""
    named = re.findall(r"\$\{(?!console|__from|__to)([^}]+)\}", link)
    assert [name for name in named if not name.endswith(":percentencode")] == []


def test_every_board_leads_to_the_console_and_to_the_others():
    for board in committed().values():
        assert [link["title"] for link in board["links"]] == ["Boards", "Console", "Requests"]


def test_data_links_name_labels_and_columns_that_their_panel_has():
    wrong = []
    for name, board in committed().items():
        for panel in panels(board):
            exprs = " ".join(target.get("expr", "") for target in panel["targets"])
            columns = {one["matcher"]["options"] for one in panel["fieldConfig"]["overrides"]}
            columns |= {"traceID"} if panel["datasource"]["type"] == "tempo" else set()
            for link in panel["fieldConfig"]["defaults"]["links"]:
                labels = re.findall(r"__field\.labels\.(\w+)", link["url"])
                wrong += [
                    (name, panel["title"], one) for one in labels if not re.search(rf"by \([^)]*\b{one}\b", exprs)
                ]
                fields = re.findall(r"__data\.fields\.(\w+)", link["url"])
                wrong += [(name, panel["title"], one) for one in fields if one not in columns]
    assert wrong == []
