"""A bill against the ledger, as tables: pure functions from JSON to something rich can print."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.figures import aligned, count, many, usd
from dashboards.grid import grid

Row = Mapping[str, Any]
_SHOWN = 20
_ANY = "(any)"


def imported_text(answer: Row) -> Text:
    """What was imported."""
    known = "" if answer["new"] else " (it was known already)"
    repaired = f", {many(answer['repaired'], 'amount')} freed of float noise" if answer["repaired"] else ""
    left_out = f", {many(answer['left_out'], 'row')} not about models" if answer["left_out"] else ""
    return Text(
        f"Bill of {', '.join(answer['issuers'])}, {answer['start']} until {answer['until']}: "
        f"{many(answer['lines'], 'line')}, {usd(answer['total_usd'])}{repaired}{left_out}{known}."
    )


def booked_text(answer: Row) -> Text:
    """What was booked."""
    before = answer["charges"] - answer["booked_now"]
    again = f"; {count(before)} booked before" if before else ""
    return Text(f"{many(answer['charges'], 'adjustment')} of {_signed(answer['usd'])} in {answer['period']}{again}.")


def reconciliation_view(answer: Row, said: Sequence[RenderableType] = ()) -> RenderableType:
    """Sums, the gap by cause, and the largest differences with where to look."""
    sums = answer["totals"]
    head = f"{answer['issuer']}, {answer['start']} until {answer['until']} (UTC, half-open)"
    agree = f"{count(answer['agreeing'])} of {count(answer['cells'])} cells agree"
    parts: list[RenderableType] = [*said, Text(head, "bold"), _sums(sums), Text("")]
    if not answer["differences"]:
        return Group(*parts, Text(f"{agree}: the bill and the ledger say the same.", "green"), *_notes(answer))
    parts += [_causes(sums["causes"]), Text(""), _differences(answer["differences"][:_SHOWN])]
    more = len(answer["differences"]) - _SHOWN
    rest = [Text(f"{count(more)} smaller differences more: --json shows them.", "dim")] if more > 0 else []
    return Group(*parts, *rest, Text(f"{agree}.", "dim"), *_untold(answer), *_notes(answer))


def _sums(sums: Row) -> RenderableType:
    return grid(
        ("in all", ["bill", "ledger", "booked before", "gap"]),
        (
            "amount",
            aligned(
                [usd(sums["theirs_usd"]), usd(sums["ours_usd"]), usd(sums["booked_usd"]), _signed(sums["gap_usd"])]
            ),
        ),
        numbers=("amount",),
    )


def _causes(causes: Mapping[str, str]) -> RenderableType:
    rows = sorted(causes.items(), key=lambda item: -abs(float(item[1])))
    return grid(
        ("the gap by cause", [_words(cause) for cause, _ in rows]),
        ("amount", aligned([_signed(amount) for _, amount in rows])),
        numbers=("amount",),
    )


def _differences(rows: Sequence[Row]) -> RenderableType:
    return grid(
        ("day", [row["day"] for row in rows]),
        ("project", [row["project"] or _ANY for row in rows]),
        ("model", [row["model"] or _ANY for row in rows]),
        ("meter", [row["usage_class"] or _ANY for row in rows]),
        ("bill", aligned([usd(row["theirs_usd"]) for row in rows])),
        ("ledger", aligned([usd(row["ours_usd"]) for row in rows])),
        ("gap", aligned([_signed(row["gap_usd"]) for row in rows])),
        ("cause", [", ".join(_words(part["cause"]) for part in row["parts"]) for row in rows]),
        ("look at", [row["look"] for row in rows]),
        numbers=("bill", "ledger", "gap"),
    )


def _untold(answer: Row) -> list[RenderableType]:
    days = [day["day"] for day in answer["days"] if not day["told"]]
    return [Text(f"No imported bill tells of {', '.join(days)}.", "yellow")] if days else []


def _notes(answer: Row) -> list[RenderableType]:
    return [Text(f"Note: {note}", "dim") for note in answer["notes"]]


def _signed(amount: str) -> str:
    """An amount whose sign matters."""
    return usd(amount) if amount.startswith("-") else f"+{usd(amount)}"


def _words(word: str) -> str:
    return word.replace("_", " ")
