"""What is wrong with a board: a table of rules, each a function from classic JSON to complaints.

The first ones are those of Grafana's dashboard-linter, by its names; the others are ours.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from tests.dashboards.grafana.boards import Json, panels

Rule = Callable[[Json], Iterable[str]]
_COUNTER_FUNCTION = re.compile(r"\b(?:rate|irate|increase|resets)\(\s*$")
_SELECTED = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{[^}]*\})?(\[[^\]]*\])?")
_MOST_WIDE = 24


def _targets(board: Json) -> Iterator[tuple[str, Json]]:
    return ((panel["title"], target) for panel in panels(board) for target in panel.get("targets", []))


def _asked(board: Json) -> Iterator[tuple[str, str]]:
    """Questions without what stands in quotes."""
    return ((title, re.sub(r'"[^"]*"', '""', target["expr"])) for title, target in _targets(board) if "expr" in target)


def _variables(board: Json) -> Iterator[Json]:
    return iter(board["templating"]["list"])


def template_datasource(board: Json) -> Iterator[str]:
    if not any(v["type"] == "datasource" and v["query"] == "prometheus" for v in _variables(board)):
        yield "no variable for the data source"


def panel_datasource(board: Json) -> Iterator[str]:
    named = {f"${{{v['name']}}}" for v in _variables(board) if v["type"] == "datasource"}
    sources = [(p["title"], p["datasource"]) for p in panels(board)]
    sources += [(title, target["datasource"]) for title, target in _targets(board)]
    yield from (f"{title} asks {source['uid']}" for title, source in sources if source["uid"] not in named)


def panel_title_description(board: Json) -> Iterator[str]:
    yield from (f"panel {p['id']}" for p in panels(board) if not (p["title"].strip() and p["description"].strip()))


def panel_units(board: Json) -> Iterator[str]:
    yield from (p["title"] for p in panels(board) if not p["fieldConfig"]["defaults"].get("unit"))


def panel_no_targets(board: Json) -> Iterator[str]:
    yield from (p["title"] for p in panels(board) if not p["targets"])


def target_rate_interval(board: Json) -> Iterator[str]:
    """A rate over a fixed window is empty where the window is shorter than two scrapes."""
    for title, expr in _asked(board):
        windows = re.findall(r"(?:rate|irate)\([^()\[\]]*\[([^\]]+)\]", expr)
        yield from (f"{title} takes a rate over {window}" for window in windows if window != "$__rate_interval")


def target_counter_agg(board: Json) -> Iterator[str]:
    """A counter is asked for its growth: by a function, or as the difference of two readings."""
    for title, expr in _asked(board):
        for found in _SELECTED.finditer(expr):
            differs = " offset $__range" in expr
            if found[1].endswith("_total") and not differs and not _COUNTER_FUNCTION.search(expr[: found.start()]):
                yield f"{title} shows {found[1]}, which only grows"


def template_on_time_change_reload(board: Json) -> Iterator[str]:
    yield from (v["name"] for v in _variables(board) if v["type"] == "query" and v["refresh"] != 2)


def uneditable(board: Json) -> Iterator[str]:
    if board["editable"]:
        yield "can be changed in Grafana, where nobody finds the change"


def template_label_promql(board: Json) -> Iterator[str]:
    """A variable's values come from series that are there whatever else is chosen later than it."""
    known = set[str]()
    for variable in _variables(board):
        used = set(re.findall(r"\$(\w+)", variable.get("definition", "")))
        yield from (f"{variable['name']} needs {name}, which comes after it" for name in used - known)
        known.add(variable["name"])


def numbers_are_unique(board: Json) -> Iterator[str]:
    ids = [panel["id"] for panel in board["panels"]]
    yield from (f"panel {one}" for one in set(ids) if ids.count(one) > 1)
    for panel in panels(board):
        letters = [target["refId"] for target in panel["targets"]]
        if len(set(letters)) < len(letters):
            yield f"{panel['title']} has {letters}"


def titles_are_unique(board: Json) -> Iterator[str]:
    titles = [panel["title"] for panel in panels(board)]
    yield from {title for title in titles if titles.count(title) > 1}


def nothing_overlaps(board: Json) -> Iterator[str]:
    taken: dict[tuple[int, int], str] = {}
    for panel in board["panels"]:
        place = panel["gridPos"]
        if place["x"] + place["w"] > _MOST_WIDE:
            yield f"{panel['title']} is wider than the page"
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                other = taken.setdefault((x, y), panel["title"])
                if other != panel["title"]:
                    yield f"{panel['title']} lies on {other}"
                    return


def variables_are_used_and_known(board: Json) -> Iterator[str]:
    """What a panel, an annotation or a link names is a variable of the board, of Grafana, or of another rule."""
    told = {key: board[key] for key in ("panels", "annotations", "links")}
    used = set(re.findall(r"\$\{?(\w+)", repr(told)))
    used |= {name for v in _variables(board) for name in re.findall(r"\$(\w+)", v.get("definition", ""))}
    named = {v["name"] for v in _variables(board)}
    yield from (f"nobody asks for {name}" for name in named - used)
    yield from (f"nothing is called {name}" for name in used - named if not name.startswith("__"))


def nothing_of_an_export(board: Json) -> Iterator[str]:
    text = repr(board)
    yield from (f"holds {word}" for word in ("__inputs", "__requires", "${DS_", "$$") if word in text)


def exemplars_only_of_buckets(board: Json) -> Iterator[str]:
    for title, target in _targets(board):
        if target.get("exemplar") and "_bucket" not in target["expr"]:
            yield f"{title} has no buckets, so no exemplars"


RULES: Mapping[str, Rule] = {
    "template-datasource": template_datasource,
    "panel-datasource": panel_datasource,
    "panel-title-description": panel_title_description,
    "panel-units": panel_units,
    "panel-no-targets": panel_no_targets,
    "target-rate-interval": target_rate_interval,
    "target-counter-agg": target_counter_agg,
    "template-on-time-change-reload": template_on_time_change_reload,
    "uneditable": uneditable,
    "template-label-promql": template_label_promql,
    "numbers-are-unique": numbers_are_unique,
    "titles-are-unique": titles_are_unique,
    "nothing-overlaps": nothing_overlaps,
    "variables-are-used-and-known": variables_are_used_and_known,
    "nothing-of-an-export": nothing_of_an_export,
    "exemplars-only-of-buckets": exemplars_only_of_buckets,
}
"""Of the linter's rules, target-promql is a test with promtool, and template-job, template-instance and the like are
about exporters with many instances."""
