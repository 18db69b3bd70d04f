"""Boards as classic JSON, which Grafana 10 to 13 load from files: the same definition, the same bytes.

Every panel has a number and a place, every question a letter; both follow from the order of the definition.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from string import ascii_uppercase
from typing import Any

from dashboards.grafana.annotations import annotations
from dashboards.grafana.choices import CONSOLE, address
from dashboards.grafana.model import PLUGINS, Board, Kind, Link, Panel, Row, Source, Target

SCHEMA_VERSION = 39
"""Grafana migrates older ones itself and refuses the next kind of schema in files."""
WIDTH = 24
_REFRESH = "30s"
_TRACES: Mapping[str, Any] = {"queryType": "traceql", "tableType": "traces", "limit": 20, "filters": []}
_NO_NAME = [{"type": "special", "options": {"match": "empty", "result": {"text": "(none)", "index": 0}}}]
"""What a table shows for a label that names nobody, as graphs do."""


def board_json(board: Board, console: str = CONSOLE) -> str:
    """One board as a file; ``console`` is where people reach the console."""
    told = {
        "uid": board.uid,
        "title": board.title,
        "description": board.text,
        "tags": list(board.tags),
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": _REFRESH,
        "timezone": "browser",
        "time": {"from": board.since, "to": "now"},
        "timepicker": {},
        "fiscalYearStartMonth": 0,
        "liveNow": False,
        "weekStart": "",
        "annotations": annotations(),
        "links": _board_links(),
        "templating": {"list": list(_variables(board, console))},
        "panels": list(_panels(board.rows)),
    }
    return f"{json.dumps(told, indent=2, ensure_ascii=False)}\n"


def _variables(board: Board, console: str) -> Iterator[Mapping[str, Any]]:
    for one in (*board.variables, address(console)):
        yield {"name": one.name, **one.json}


def _board_links() -> list[Mapping[str, Any]]:
    shared = {"asDropdown": False, "icon": "dashboard", "includeVars": True, "keepTime": True, "tooltip": ""}
    boards = {"type": "dashboards", "title": "Boards", "tags": ["burnline"], "targetBlank": False, "url": ""}
    console = {"type": "link", "title": "Console", "tags": [], "targetBlank": True, "url": "${console}/"}
    requests = Link("Requests", "${console}/requests?start=${__from:date:iso}&until=${__to:date:iso}")
    listed = console | {"title": requests.title, "url": requests.url}
    plain = {"icon": "external link", "includeVars": False, "keepTime": False}
    return [shared | boards | {"asDropdown": True}, shared | console | plain, shared | listed | plain]


def _panels(rows: Sequence[Row]) -> Iterator[Mapping[str, Any]]:
    numbers, y = count(1), 0
    for row in rows:
        heading = {"id": next(numbers), "type": "row", "title": row.title, "collapsed": False, "panels": []}
        repeated = {"repeat": row.repeat} if row.repeat else {}
        yield heading | repeated | {"gridPos": {"x": 0, "y": y, "w": WIDTH, "h": 1}}
        y += 1
        for line in _lines(row.panels):
            x = 0
            for panel in line:
                place = {"x": x, "y": y, "w": panel.width, "h": panel.height}
                yield _panel(panel, next(numbers), place)
                x += panel.width
            y += max(panel.height for panel in line)


def _lines(panels: Sequence[Panel]) -> Iterator[list[Panel]]:
    """As many side by side as fit."""
    line: list[Panel] = []
    for panel in panels:
        if line and sum(one.width for one in line) + panel.width > WIDTH:
            yield line
            line = []
        line.append(panel)
    if line:
        yield line


def _panel(panel: Panel, number: int, place: Mapping[str, int]) -> Mapping[str, Any]:
    told: dict[str, Any] = {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.text,
        "gridPos": place,
        "datasource": _datasource(panel.targets[0].source),
        "targets": [
            _target(target, letter, panel.kind) for target, letter in zip(panel.targets, ascii_uppercase, strict=False)
        ],
        "fieldConfig": {"defaults": _defaults(panel), "overrides": list(_overrides(panel))},
        "options": panel.options,
        "links": [],
    }
    return told | ({"transformations": _transformations(panel)} if panel.columns else {})


def _datasource(source: Source) -> Mapping[str, str]:
    return {"type": PLUGINS[source], "uid": f"${{{source}}}"}


def _target(target: Target, letter: str, kind: Kind) -> Mapping[str, Any]:
    shared = {"refId": letter, "datasource": _datasource(target.source)}
    if target.source is Source.TRACES:
        return {**shared, **_TRACES, "query": target.expr}
    shape = {Kind.TABLE: "table", Kind.HEATMAP: "heatmap"}.get(kind, "time_series")
    return shared | {
        "editorMode": "code",
        "expr": target.expr,
        "legendFormat": target.legend or "__auto",
        "format": shape,
        "instant": target.instant,
        "range": not target.instant,
        "exemplar": target.exemplar,
    }


def _defaults(panel: Panel) -> Mapping[str, Any]:
    by_limit = panel.kind in {Kind.STAT, Kind.TIMELINE}
    if panel.fixed:
        colour = {"mode": "fixed", "fixedColor": panel.fixed}
    else:
        colour = {"mode": "thresholds" if by_limit else "palette-classic"}
    told: dict[str, Any] = {
        "unit": panel.unit,
        "color": colour,
        "thresholds": {"mode": "absolute", "steps": [{"value": s.at, "color": s.colour} for s in panel.steps]},
        "mappings": _NO_NAME if panel.columns else _mappings(panel.words),
        "custom": panel.custom,
        "links": [{"title": one.title, "url": one.url, "targetBlank": True} for one in panel.links],
        "noValue": "no data",
    }
    limits = {"decimals": panel.decimals, "min": panel.lowest, "max": panel.highest}
    return told | {name: value for name, value in limits.items() if value is not None}


def _mappings(words: Mapping[str, str]) -> list[Mapping[str, Any]]:
    shown = {value: {"text": word, "index": i} for i, (value, word) in enumerate(words.items())}
    return [{"type": "value", "options": shown}] if shown else []


def _overrides(panel: Panel) -> Iterator[Mapping[str, Any]]:
    for name, colour in panel.named.items():
        fixed = {"id": "color", "value": {"mode": "fixed", "fixedColor": colour}}
        yield {"matcher": {"id": "byName", "options": name}, "properties": [fixed]}
    for title, unit in panel.columns.values():
        yield {"matcher": {"id": "byName", "options": title}, "properties": [{"id": "unit", "value": unit}]}


def _transformations(panel: Panel) -> list[Mapping[str, Any]]:
    """Join the answers of a table, and keep the named columns in their order."""
    order = {column: i for i, column in enumerate(panel.columns)}
    titles = {column: title for column, (title, _) in panel.columns.items()}
    kept = {"id": "filterFieldsByName", "options": {"include": {"names": list(panel.columns)}}}
    ordered = {"id": "organize", "options": {"excludeByName": {}, "indexByName": order, "renameByName": titles}}
    return [{"id": "merge", "options": {}}, kept, ordered]
