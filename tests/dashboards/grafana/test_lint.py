"""Every committed board is current, of the right shape, and without complaint; every rule finds what it is about."""

import json
from copy import deepcopy
from pathlib import Path

import jsonschema
import pytest

from dashboards.grafana import __main__ as written
from tests.dashboards.grafana.boards import committed
from tests.dashboards.grafana.rules import RULES

BOARDS = committed()
SCHEMA = json.loads((Path(__file__).parent / "classic.schema.json").read_text(encoding="utf-8"))


def test_every_board_is_what_its_definition_says(capsys):
    assert written.main([]) == 0, capsys.readouterr().out
    assert {f"{name}.json" for name in BOARDS} == set(written.written())


def test_a_board_that_is_not_current_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(written, "FOLDER", tmp_path)
    assert written.main([]) == 1
    assert "overview.json is not what the definitions say" in capsys.readouterr().out
    assert written.main(["--write"]) == 0
    assert written.main([]) == 0


def test_boards_have_addresses_of_their_own():
    assert len({board["uid"] for board in BOARDS.values()}) == len({board["title"] for board in BOARDS.values()})
    assert len({board["uid"] for board in BOARDS.values()}) == len(BOARDS)


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_follows_the_schema(name):
    found = jsonschema.Draft202012Validator(SCHEMA).iter_errors(BOARDS[name])
    assert [f"{error.json_path}: {error.message[:200]}" for error in found] == []


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", BOARDS)
def test_a_board_has_no_complaint(name, rule):
    assert list(RULES[rule](BOARDS[name])) == []


def _set(*path, to):
    def spoil(board):
        for step in path[:-1]:
            board = board[step]
        board[path[-1]] = to

    return spoil


_EXPR = ("panels", 1, "targets", 0, "expr")
SPOILT = {
    "template-datasource": _set("templating", "list", 0, "query", to="loki"),
    "panel-datasource": _set("panels", 1, "datasource", "uid", to="P1234"),
    "panel-title-description": _set("panels", 1, "description", to=" "),
    "panel-units": _set("panels", 1, "fieldConfig", "defaults", "unit", to=""),
    "panel-no-targets": _set("panels", 1, "targets", to=[]),
    "target-rate-interval": _set(*_EXPR, to="sum(rate(burnline_requests_total[5m]))"),
    "target-counter-agg": _set(*_EXPR, to="sum by (route) (burnline_requests_total{a='b'})"),
    "template-on-time-change-reload": _set("templating", "list", 1, "refresh", to=1),
    "uneditable": _set("editable", to=True),
    "template-label-promql": _set("templating", "list", 1, "definition", to="label_values(up{route='$route'}, tenant)"),
    "numbers-are-unique": _set("panels", 1, "id", to=1),
    "titles-are-unique": _set("panels", 1, "title", to="Error ratio"),
    "nothing-overlaps": _set("panels", 1, "gridPos", "w", to=5),
    "variables-are-used-and-known": _set(*_EXPR, to="$job"),
    "nothing-of-an-export": _set("title", to="${DS_PROMETHEUS}"),
    "exemplars-only-of-buckets": _set("panels", 1, "targets", 0, "exemplar", to=True),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_finds_what_it_is_about(rule):
    board = deepcopy(BOARDS["overview"])
    SPOILT[rule](board)
    assert list(RULES[rule](board)) != []


@pytest.mark.parametrize(
    "spoil",
    [
        _set("schemaVersion", to=43),
        _set("panels", 1, "targets", 0, "refId", to=""),
        _set("panels", 1, "type", to="graph"),
        _set("panels", 1, "gridPos", "x", to=24),
        _set("panels", 1, "unknown", to=1),
        _set("panels", 1, "options", to={}),
        _set("panels", 1, "fieldConfig", "defaults", "thresholds", "steps", to=[{"value": 0, "color": "green"}]),
    ],
)
def test_the_schema_refuses(spoil):
    board = deepcopy(BOARDS["overview"])
    spoil(board)
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(board)
