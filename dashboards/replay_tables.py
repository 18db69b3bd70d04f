"""Scorecards of replays as tables, with a timeline each: pure functions from plain values to what rich can print."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from alerts.replay.scorecard import COLUMNS, Column, shown
from dashboards.figures import clock, duration, many, ratio
from dashboards.grid import grid

Row = Mapping[str, Any]
_LEVELS = "·▁▂▃▄▅▆▇█"
_QUIET, _TROUBLE = " ", "━"
_DAYS_S = 86400


def scorecard(answer: Row) -> RenderableType:
    """What happened, the figures of each policy, and where each served its requests over time."""
    parts = [_heading(answer), "", _figures(answer), _legend(answer), "", *_timelines(answer)]
    return Group(*parts, *([""] if answer.get("live") or answer.get("notes") else []), *_beside(answer))


def catalogue_table(entries: Sequence[tuple[str, str]], policies: Mapping[str, str]) -> RenderableType:
    """The scenarios that come with the program, and who may steer them."""
    scenarios = grid(("scenario", [name for name, _ in entries]), ("what happens", [about for _, about in entries]))
    steering = grid(("policy", list(policies)), ("what it does", list(policies.values())))
    return Group(scenarios, "", steering)


def step_list(answer: Row) -> RenderableType:
    """Every step with its sentence, one policy after the other."""
    parts: list[RenderableType] = []
    for policy in answer["policies"]:
        steps = policy["steps"]
        if steps:
            parts += [
                Text(f"\n{policy['policy']}, {many(len(steps), 'step')}{_of_seed(answer)}", "bold"),
                _steps(steps),
            ]
    return Group(*parts) if parts else Text("Nobody stepped down or up.")


def _beside(answer: Row) -> list[RenderableType]:
    """How the replay compares with what was decided at the time, and what it could not tell."""
    live = answer.get("live")
    lines = [] if live is None else [_repeated(live)]
    return [Text(line) for line in (*lines, *answer.get("notes", ()))]


def _repeated(live: Row) -> str:
    taken = f"The controller took {many(live['steps'], 'step')} at the time"
    if live["steps"] == live["replayed"] == live["same"]:
        return (
            f"{taken}, and the replay repeats all of them." if live["steps"] else f"{taken}, and the replay takes none."
        )
    return f"{taken}; the replay takes {live['replayed']}, and the first {live['same']} are the same."


def _steps(steps: Sequence[Row]) -> RenderableType:
    return grid(
        ("at (UTC)", [clock(step["at"]) for step in steps]),
        ("from", [_place(step["before"]) for step in steps]),
        ("to", [_place(step["after"]) for step in steps]),
        ("why", [step["sentence"] for step in steps]),
    )


def _of_seed(answer: Row) -> str:
    return f" with seed {answer['seeds'][0]}" if answer.get("seeds") else ""


def _place(position: Row) -> str:
    return position["tier"] if position["share"] == 1 else f"{position['tier']} {ratio(position['share'])}"


def _heading(answer: Row) -> Text:
    name = Text(answer["scenario"], "bold")
    length = datetime.fromisoformat(answer["until"]) - datetime.fromisoformat(answer["start"])
    name.append(f": {answer['about']}", "default")
    lasted = f"{_length(length.total_seconds())}, {many(answer['requests'], 'request')}"
    seeds = f", mean of {many(len(answer['seeds']), 'seed')}" if answer.get("seeds") else ""
    name.append(f"\n{lasted}, a look every {answer['look_s']:g} s{seeds}", "dim")
    return name


def _length(seconds: float) -> str:
    """Days where it is one or more.

    >>> _length(86400), _length(56.0)
    ('1 day', '56.0 s')
    """
    days = seconds / _DAYS_S
    return duration(seconds * 1000) if days < 1 else f"{days:.3g} {'day' if days == 1 else 'days'}"


def _figures(answer: Row) -> RenderableType:
    policies = answer["policies"]
    columns = [column for column in COLUMNS if any(policy["mean"][column.name] is not None for policy in policies)]
    measured = [policy.get("measured_ratio") for policy in policies]
    cells = [(column.title, [shown(column, policy["mean"][column.name]) for policy in policies]) for column in columns]
    if any(share is not None for share in measured):
        cells.append(("measured", [ratio(share) for share in measured]))
    return grid(("policy", [policy["policy"] for policy in policies]), *cells, numbers=[title for title, _ in cells])


def _legend(answer: Row) -> Text:
    known: list[Column] = [
        c for c in COLUMNS if any(policy["mean"][c.name] is not None for policy in answer["policies"])
    ]
    return Text("\n".join(f"{column.title}: {column.about}" for column in known), "dim")


def _timelines(answer: Row) -> list[RenderableType]:
    rows = answer["policies"]
    wide = max(len(policy["policy"]) for policy in rows)
    slices = len(rows[0]["timeline"])
    lines: list[RenderableType] = [
        Text(
            f"Served below the best tier{_of_seed(answer)}: {_LEVELS[0]} nobody, {_LEVELS[-1]} all at the last tier",
            "dim",
        )
    ]
    if answer["incidents"]:
        lines.append(Text(f"{'incident':<{wide}} ", "dim").append(_marked(answer, slices), "red"))
    lines += [Text(f"{policy['policy']:<{wide}} ").append(_spark(policy["timeline"]), "yellow") for policy in rows]
    return lines


def _spark(parts: Sequence[float | None]) -> str:
    return "".join(" " if part is None else _LEVELS[_level(part)] for part in parts)


def _level(part: float) -> int:
    """Anything below the best tier is to be seen."""
    return 0 if part <= 0 else max(1, round(part * (len(_LEVELS) - 1)))


def _marked(answer: Row, slices: int) -> str:
    start, until = (datetime.fromisoformat(answer[name]) for name in ("start", "until"))
    edges = [start + (until - start) * place / slices for place in range(slices + 1)]
    spans = [tuple(datetime.fromisoformat(one[name]) for name in ("start", "until")) for one in answer["incidents"]]
    return "".join(
        _TROUBLE if any(begin < after and end > before for begin, end in spans) else _QUIET
        for before, after in pairwise(edges)
    )
