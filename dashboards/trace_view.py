"""One request as a tree: who called whom, when, for how long, for how much."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.figures import aligned, clock, count, duration, tokens, usd
from dashboards.grid import grid
from dashboards.terminal import UNALLOCATED, status

Span = Mapping[str, Any]
_BAR_CELLS = 28
_ANSWERED = (None, "stop", "tool_call")
"""How a call ends that nobody wonders about."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A span at its place in the tree; ``lines`` draws the way to it."""

    span: Span
    lines: str


def trace_view(answer: Mapping[str, Any]) -> RenderableType:
    """Draw a request: a headline, the tree, the ledger lines."""
    parts = [_headline(answer), Text(""), _tree(answer)]
    lines = answer["cost"]["lines"]
    parts += [Text(""), _ledger(lines)] if lines else []
    parts += [_share(share) for share in answer["cost"]["shares"]]
    parts += [came_of(outcome) for outcome in answer["outcomes"]]
    if any(span["attributes_status"] == "expired" for span in answer["spans"]):
        parts.append(Text("Attributes of some spans have expired; figures and cost are kept.", "dim"))
    return Group(*parts)


def branches(spans: Sequence[Span]) -> Iterator[Branch]:
    """Walk the spans depth first; one whose parent has not arrived, or that is its own ancestor, starts a tree."""
    by_parent: dict[str | None, list[Span]] = defaultdict(list)
    known = {span["span_id"] for span in spans}
    for span in spans:
        parent = span["parent_span_id"]
        by_parent[parent if parent in known else None].append(span)
    seen: set[str] = set()
    for root in [*by_parent[None], *spans]:
        yield from _walk(root, by_parent, seen)


def _walk(root: Span, by_parent: Mapping[str | None, list[Span]], seen: set[str]) -> Iterator[Branch]:
    """Without recursion: a trace may be deeper than Python's stack."""
    waiting = [(root, "", "")]
    while waiting:
        span, lines, below = waiting.pop()
        if span["span_id"] in seen:
            continue
        seen.add(span["span_id"])
        yield Branch(span, lines)
        children = by_parent.get(span["span_id"], [])
        for child in reversed(children):
            last = child is children[-1]
            waiting.append((child, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  ")))


def _headline(answer: Mapping[str, Any]) -> Text:
    who = " / ".join(answer[word] or UNALLOCATED for word in ("tenant", "team", "feature"))
    served = f"route {answer['route'] or UNALLOCATED}, tier {answer['tier'] or 'unknown'}"
    usage, cost = answer["usage"], answer["cost"]
    facts = (
        Text.assemble((answer["trace_id"], "bold"), "  ", status(answer["status"]), f"  {answer['name']}"),
        Text(f"{clock(answer['started_at'])} UTC, took {duration(answer['duration_ms'])}"),
        Text(f"{who}; {served}{', degraded' if answer['degraded'] else ''}"),
        Text(f"usage {usage['status']}: {_usage(usage)}"),
        Text(f"cost {cost['status']}: {usd(cost['usd'])}"),
        *([] if answer["finish_reason"] in _ANSWERED else [Text(f"answer ended: {answer['finish_reason']}", "yellow")]),
        *([] if answer["complete"] else [Text("Its entry span has not arrived (yet).", "yellow")]),
    )
    return Text("\n").join(facts)


def _usage(usage: Mapping[str, Any]) -> str:
    named = (
        ("input", "input_tokens"),
        ("of it cache read", "cache_read_tokens"),
        ("of it cache write", "cache_write_tokens"),
        ("output", "output_tokens"),
        ("of it reasoning", "reasoning_tokens"),
    )
    said = [f"{word} {count(usage[name])}" for word, name in named if usage[name] is not None]
    return ", ".join(said) or "no tokens reported"


def _tree(answer: Mapping[str, Any]) -> RenderableType:
    shown = list(branches(answer["spans"]))
    first, whole_ms = _extent(answer["spans"])
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for line in answer["cost"]["lines"]:
        if line["cost_usd"] is not None:
            costs[line["span_id"]] += Decimal(line["cost_usd"])
    spans = [branch.span for branch in shown]
    return grid(
        ("span", [Text.assemble((branch.lines, "dim"), branch.span["name"]) for branch in shown]),
        ("kind", [span["kind"] for span in spans]),
        ("", [Text(_bar(span, first, whole_ms), _bar_style(span)) for span in spans]),
        ("took", aligned([duration(span["duration_ms"]) for span in spans])),
        ("tokens", [tokens(span["usage"]) if span["usage"] else "" for span in spans]),
        ("cost", aligned([usd(str(costs[span["span_id"]])) if span["span_id"] in costs else "" for span in spans])),
        ("model", [span["model"] or "" for span in spans]),
        ("", [_remark(span) for span in spans]),
        numbers=("took", "tokens", "cost"),
    )


def _remark(span: Span) -> Text:
    """What went wrong, else how a call ended that was not simply answered."""
    wrong = span["error_type"] or span["status_message"]
    ended = "" if span["finish_reason"] in _ANSWERED else span["finish_reason"]
    return Text(wrong, "red") if wrong else Text(ended, "yellow")


def came_of(outcome: Mapping[str, Any]) -> Text:
    """Say what came of a request, in a line.

    >>> str(came_of({"name": "minutes_saved", "value": "12.5", "at": "2026-11-19T12:00:00.000000Z"}))
    'came of it: minutes_saved 12.5, 2026-11-19 12:00:00 UTC'
    """
    return Text(f"came of it: {outcome['name']} {outcome['value']}, {clock(outcome['at'])} UTC")


def _extent(spans: Sequence[Span]) -> tuple[float, float]:
    """When the first span started, in ms, and how long it is from there to the last end."""
    starts = [_ms(span["started_at"]) for span in spans]
    ends = [start + span["duration_ms"] for start, span in zip(starts, spans, strict=True)]
    return (min(starts), max(ends) - min(starts)) if spans else (0.0, 0.0)


def _ms(instant: str) -> float:
    return datetime.fromisoformat(instant).timestamp() * 1_000


def _bar(span: Span, first_ms: float, whole_ms: float) -> str:
    """Draw when a span ran; what is too short for a cell still shows as one."""
    if whole_ms <= 0:
        return "━" * _BAR_CELLS
    start = min(int((_ms(span["started_at"]) - first_ms) / whole_ms * _BAR_CELLS), _BAR_CELLS - 1)
    length: int = max(1, min(round(span["duration_ms"] / whole_ms * _BAR_CELLS), _BAR_CELLS - start))
    return "·" * start + "━" * length + "·" * (_BAR_CELLS - start - length)


def _bar_style(span: Span) -> str:
    return "red" if span["status"] == "error" else "cyan"


def _share(share: Mapping[str, Any]) -> Text:
    so_far = " so far today" if share["provisional"] else ""
    return Text(f"Its share of {share['resource']}{so_far}: {usd(share['share_usd'])}, beside the cost above.")


def _ledger(lines: Sequence[Mapping[str, Any]]) -> RenderableType:
    per_million = [
        None if line["unit_price_usd"] is None else Decimal(line["unit_price_usd"]) * 10**6 for line in lines
    ]
    return grid(
        ("ledger line", [line["usage_class"] for line in lines]),
        ("model", [f"{line['provider'] or '?'}/{line['model'] or '?'}" for line in lines]),
        ("quantity", [count(float(line["quantity"])) for line in lines]),
        ("per million", aligned([usd(None if price is None else str(price)) for price in per_million])),
        ("cost", aligned([usd(line["cost_usd"]) for line in lines])),
        ("price", [line["price_id"] or f"{line['status']}: {line['reason'] or 'no price'}" for line in lines]),
        numbers=("quantity", "per million", "cost"),
    )
