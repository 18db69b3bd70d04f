"""Billing months as tables: pure functions from JSON to something rich can print."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from dashboards.figures import UNKNOWN, aligned, clock, count, many, ratio, usd
from dashboards.grid import grid
from dashboards.terminal import UNALLOCATED

Row = Mapping[str, Any]
_STATE_STYLE = {"closed": "green", "ended": "yellow", "open": "cyan"}


def periods_table(answer: Row) -> RenderableType:
    """One line a month."""
    rows = answer["periods"]
    return grid(
        ("month", [row["period"] for row in rows]),
        ("state", [_state(row["state"]) for row in rows]),
        ("ledger lines", [count(row["lines"]) for row in rows]),
        ("signed off by", [row["closed_by"] or UNKNOWN for row in rows]),
        ("at (UTC)", [clock(row["closed_at"]) if row["closed_at"] else UNKNOWN for row in rows]),
        ("manifest sha256", [(row["sha256"] or UNKNOWN)[:16] for row in rows]),
        numbers=("ledger lines",),
    )


def preview_table(answer: Row) -> RenderableType:
    """What a month comes to: by team, by invoice, by kind of charge."""
    parts: list[RenderableType] = [_head(answer), Text("")]
    if not answer["total"]["charges"]:
        return Group(*parts, Text(f"Nothing was charged in {answer['period']}."))
    parts += [_teams(answer), *_answering(answer), Text(""), _invoices(answer), Text(""), _entries(answer), Text("")]
    return Group(*parts, _corrections(answer), _unpriced(answer))


def closed_text(result: Row) -> RenderableType:
    """What was signed."""
    manifest = result["manifest"]
    total = manifest["total"]
    size = f"{many(total['charges'], 'charge')} of {many(manifest['lines']['rows'], 'ledger line')}"
    lines = (
        f"{result['period']} is closed: {usd(total['cost_usd'])} in {size}.",
        f"Signed off by {result['closed_by']} at {clock(result['closed_at'])} UTC, manifest sha256 {result['sha256']}.",
        "What comes to be known of it later is booked as a correction of the next open month.",
    )
    return Text("\n".join(lines))


def verified_text(result: Row) -> RenderableType:
    """Whether the books are what was signed, and where not."""
    if result["sound"]:
        return Text(f"{result['period']} is as it was signed: manifest sha256 {result['sha256']}.", "green")
    faults = result["faults"]
    return Group(
        Text(f"{result['period']} is NOT as it was signed: {many(len(faults), 'difference')}.", "bold red"),
        grid(
            ("what", [fault["fault"] for fault in faults]),
            ("where", [fault["where"] for fault in faults]),
            ("signed", [fault["expected"] for fault in faults]),
            ("found", [fault["found"] for fault in faults]),
        ),
    )


def exported_text(result: Row, where: str) -> RenderableType:
    """What was exported, and whether every rule holds."""
    files = result["files"]
    head = (
        f"{result['period']} ({result['status']}) as {result['profile']}: {many(result['rows'], 'row')}, "
        f"{usd(result['billed_usd'])}, in {where}."
    )
    table = grid(
        ("file", [file["name"] for file in files]),
        ("bytes", [count(file["bytes"]) for file in files]),
        ("sha256", [file["sha256"][:16] for file in files]),
        numbers=("bytes",),
    )
    return Group(Text(head), table, _rules(result), _left(result))


def delivered_text(result: Row) -> RenderableType:
    """What was sent, and where it is."""
    present = f", {count(len(result['present']))} were there already" if result["present"] else ""
    return Text(
        f"{many(len(result['sent']), 'file')} sent ({count(result['sent_bytes'])} bytes){present}: {result['address']}"
    )


def charge_view(charge: Row) -> RenderableType:
    """One charge with the lines behind it."""
    facts = [(name, charge[name]) for name in charge if name != "ledger_lines" and charge[name] is not None]
    lines = charge["ledger_lines"]
    shown = grid(("", [name for name, _ in facts]), ("", [str(value) for _, value in facts]))
    if not lines:
        return Group(shown, Text("It comes from no ledger line: its description says where it is from.", "dim"))
    table = grid(
        ("trace", [line["trace_id"] for line in lines]),
        ("span", [line["span_id"] for line in lines]),
        ("started (UTC)", [clock(line["started_at"]) for line in lines]),
        ("purpose", [line["purpose"] for line in lines]),
        ("quantity", [count(int(line["quantity"])) for line in lines]),
        ("unit price", [_exact(line["unit_price_usd"]) for line in lines]),
        ("cost", aligned([_exact(line["cost_usd"]) for line in lines])),
        numbers=("quantity", "unit price", "cost"),
    )
    return Group(shown, Text(""), table)


def _head(answer: Row) -> Text:
    total = answer["total"]
    return Text.assemble(
        (answer["period"], "bold"), ", ", _state(answer["state"]), f": {usd(total['cost_usd'])}",
        f" at contracted prices, {usd(total['list_cost_usd'])} at list prices, {many(total['lines'], 'ledger line')}",
    )  # fmt: skip


def _teams(answer: Row) -> RenderableType:
    rows = sorted(answer["by_team"], key=_weight, reverse=True)
    total = answer["total"]
    return grid(
        ("cost centre", [*(row["cost_center"] or UNALLOCATED for row in rows), "total"]),
        ("team", [*(row["team"] or UNALLOCATED for row in rows), ""]),
        *_sums([*rows, total], total),
        numbers=_NUMBERS,
    )


def _answering(answer: Row) -> list[RenderableType]:
    """Who answers for what is unallocated, where something is."""
    if all(row["cost_center"] for row in answer["by_team"]):
        return []
    return [Text(f"{answer['unallocated_owner']} answers for what is {UNALLOCATED}.", "dim")]


def _invoices(answer: Row) -> RenderableType:
    rows = sorted(answer["by_seller"], key=_weight, reverse=True)
    return grid(
        ("invoice of", [row["seller"] or "(no seller known)" for row in rows]),
        *_sums(rows, answer["total"]),
        numbers=_NUMBERS,
    )


def _entries(answer: Row) -> RenderableType:
    rows = answer["by_entry"]
    return grid(
        ("entry", [row["entry"] for row in rows]),
        ("about", [row["corrects"] or answer["period"] for row in rows]),
        *_sums(rows, answer["total"]),
        numbers=_NUMBERS,
    )


_NUMBERS = ("charges", "list", "cost", "share")


def _sums(rows: Sequence[Row], total: Row) -> list[tuple[str, Sequence[RenderableType]]]:
    whole = Decimal(total["cost_usd"] or 0)
    shares = [ratio(float(Decimal(row["cost_usd"] or 0) / whole)) if whole else UNKNOWN for row in rows]
    return [
        ("charges", [count(row["charges"]) for row in rows]),
        ("list", aligned([usd(row["list_cost_usd"]) for row in rows])),
        ("cost", aligned([usd(row["cost_usd"]) for row in rows])),
        ("share", shares),
    ]


def _corrections(answer: Row) -> Text:
    corrections = answer["corrections"]
    if not corrections["charges"]:
        return Text("No correction to a closed month.", "dim")
    state = "booked" if answer["state"] == "closed" else "to be booked"
    said = many(corrections["charges"], "correction")
    return Text(f"{said} to closed months, {state}: {usd(corrections['cost_usd'])}.")


def _unpriced(answer: Row) -> Text:
    unpriced = answer["unpriced"]
    if not unpriced["lines"]:
        return Text("Every line has a price.", "dim")
    return Text(
        f"{many(unpriced['lines'], 'ledger line')} without a price, in no invoice: "
        "`burnline prices explain MODEL` says why.",
        "yellow",
    )


def _rules(result: Row) -> RenderableType:
    broken = result["broken"]
    if not broken:
        return Text(f"Every row holds all {count(result['rules_checked'])} rules of the check.", "green")
    return Group(
        Text(f"{count(len(broken))} of {count(result['rules_checked'])} rules do not hold:", "bold red"),
        grid(
            ("rule", [rule["rule"] for rule in broken]),
            ("times", [count(rule["times"]) for rule in broken]),
            ("first", [rule["where"] for rule in broken]),
            ("found", [rule["found"] for rule in broken]),
            ("expected", [rule["expected"] for rule in broken]),
            numbers=("times",),
        ),
    )


def _left(result: Row) -> Text:
    lines = result["unpriced_lines"]
    return (
        Text(f"{many(lines, 'ledger line')} without a price, in unpriced.csv alone.", "yellow") if lines else Text("")
    )


def _state(word: str) -> Text:
    return Text(word, _STATE_STYLE.get(word, ""))


def _weight(row: Row) -> Decimal:
    return Decimal(row["cost_usd"] or 0)


def _exact(usd: str | None) -> str:
    return UNKNOWN if usd is None else f"${usd}"
