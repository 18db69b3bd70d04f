"""Readers and deliveries as tables: pure functions from JSON to something rich can print."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.figures import UNKNOWN, clock, count, duration
from dashboards.grid import grid, narrated

Row = Mapping[str, Any]
_STYLE = {"delivered": "green", "failed": "yellow", "dead": "bold red"}


def reader_table(answer: Row) -> RenderableType:
    """One line a reader."""
    readers = answer["readers"]
    if not readers:
        return Text("No reader has acknowledged anything since the server started.")
    return grid(
        ("reader", [one["reader"] for one in readers]),
        ("service", [one["service"] or UNKNOWN for one in readers]),
        ("document", [f"{one['epoch']}-{one['seq']}" for one in readers]),
        ("decisions", [count(one["decisions"]) for one in readers]),
        ("state", [_state(one) for one in readers]),
        ("behind for", [_seconds(one["lag_s"]) for one in readers]),
        ("heard after", [_seconds(one["delay_s"]) for one in readers]),
        ("heard ago", [_seconds(one["age_s"]) for one in readers]),
        ("holds", [count(one["held_count"]) for one in readers]),
        numbers=("document", "decisions", "behind for", "heard after", "heard ago", "holds"),
    )


def delivery_table(answer: Row) -> RenderableType:
    """One line a subscription, then one line a message."""
    subscriptions, deliveries = answer["subscriptions"], answer["deliveries"]
    if not subscriptions:
        return Text("Nobody has subscribed. Add somebody to the section `subscriptions` of burnline.yaml.")
    standings = ("waiting", "failed", "delivered", "dead")
    told = grid(
        ("subscription", [one["subscription"] for one in subscriptions]),
        *((word, [count(one[word]) for one in subscriptions]) for word in standings),
        ("oldest waits", [_seconds(one["oldest_waiting_s"]) for one in subscriptions]),
        ("last delivered (UTC)", [_clock(one["last_delivered_at"]) for one in subscriptions]),
        ("documents", [_documents(one) for one in subscriptions]),
        numbers=(*standings, "oldest waits", "documents"),
    )
    if not deliveries:
        return told
    messages = narrated(
        ("queued (UTC)", [clock(one["queued_at"]) for one in deliveries]),
        ("subscription", [one["subscription"] for one in deliveries]),
        ("event", [one["event"] for one in deliveries]),
        ("about", [_about(one) for one in deliveries]),
        ("state", [Text(one["standing"], _STYLE.get(one["standing"], "")) for one in deliveries]),
        ("tries", [count(one["tries"]) for one in deliveries]),
        ("again (UTC)", [_clock(one["next_at"]) for one in deliveries]),
        numbers=("tries",),
        sentence=("why", [one["detail"] or "" for one in deliveries]),
    )
    return Group(told, Text(""), messages)


def _state(reader: Row) -> Text:
    if reader["behind"] is None:
        return Text("of an earlier run", "yellow")
    return Text("current", "green") if not reader["behind"] else Text(f"{reader['behind']} behind", "yellow")


def _documents(subscription: Row) -> str:
    pushed, failed = subscription["documents_delivered"], subscription["documents_failed"]
    return UNKNOWN if pushed is None else f"{count(pushed)} ({count(failed)} failed)"


def _about(delivery: Row) -> str:
    parts = (f"{name} {delivery[name]}" for name in ("tenant", "route", "model") if delivery[name] is not None)
    return ", ".join(parts) or "everything"


def _seconds(seconds: float | None) -> str:
    return UNKNOWN if seconds is None else duration(seconds * 1e3)


def _clock(instant: str | None) -> str:
    return UNKNOWN if instant is None else clock(instant)
