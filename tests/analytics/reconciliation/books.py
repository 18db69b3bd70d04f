"""Small builders: what the ledger holds, and what a provider's report says, both in a real store."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa

from analytics.reconciliation.bill import BillKind
from analytics.reconciliation.imports import ImportedBill, import_bill, nanoseconds
from analytics.reconciliation.reading import BillOptions, read_bill
from analytics.reconciliation.reconcile import reconcile
from analytics.reconciliation.shapes import Difference, GapPart, Reconciliation
from collector.store import DuckDBStore, Query

MONDAY = date(2026, 11, 2)
TUESDAY = MONDAY + timedelta(days=1)
LATER = datetime(2026, 11, 20, tzinfo=UTC)
GPT, SNAPSHOT = "gpt-4o", "gpt-4o-2024-08-06"
_USD, _UNIT = pa.decimal128(38, 15), pa.decimal128(19, 15)
_IDS = count(1)


@dataclass(frozen=True, slots=True)
class Used:
    """One ledger line; no unit price: unpriced."""

    quantity: int = 400_000
    price: str | None = "0.0000025"
    day: date = MONDAY
    project: str | None = "proj_a"
    usage_class: str = "input_uncached"
    response_model: str | None = SNAPSHOT
    request_model: str | None = GPT
    priced_model: str | None = GPT
    seller: str | None = "openai"
    provider: str = "openai"
    status: str = "priced"
    arrived_at: datetime = datetime(2026, 11, 3, tzinfo=UTC)

    @property
    def cost_usd(self) -> Decimal | None:
        return None if self.price is None else self.quantity * Decimal(self.price)


@dataclass(frozen=True, slots=True)
class Billed:
    """One result of an OpenAI costs report."""

    amount: str = "1"
    line_item: str | None = f"{SNAPSHOT}, input"
    project: str | None = "proj_a"
    quantity: int | None = 400_000
    day: date = MONDAY


def store_with(*lines: Used) -> DuckDBStore:
    """Open a store in memory whose ledger holds these."""
    store = DuckDBStore(None)
    use(store, *lines)
    return store


def use(store: DuckDBStore, *lines: Used) -> list[str]:
    """Add ledger lines as ingest and derivation would; returns their trace ids."""
    ids = [next(_IDS) for _ in lines]
    rows = list(zip(ids, lines, strict=True))
    known = {name: _known(store, name) for name in ("attributions", "rates")}
    batches = {_key("batch", str(line.arrived_at)) >> 2: line.arrived_at for line in lines}
    store.append(
        {
            "attributions": _attributions(lines, known["attributions"]),
            "rates": _rates(lines, known["rates"]),
            "batches": _batches(batches),
            "spans": _spans(rows),
            "ledger_lines": _ledger(rows),
        }
    )
    return [f"{number:032x}" for number in ids]


def openai_page(*results: Billed, days: Sequence[date], has_more: bool = False) -> str:
    """A page of the costs report with these days, empty ones too."""
    return json.dumps(
        {
            "object": "page",
            "data": [_bucket(day, [result for result in results if result.day == day]) for day in days],
            "has_more": has_more,
            "next_page": None,
        }
    )


def bill(
    store: DuckDBStore,
    folder: Path,
    *results: Billed,
    days: Sequence[date] | None = None,
    at: datetime = LATER,
    options: BillOptions | None = None,
) -> ImportedBill:
    """Import an OpenAI costs report that says this."""
    path = folder / f"costs_{next(_IDS)}.json"
    path.write_text(openai_page(*results, days=days or sorted({result.day for result in results})))
    return import_bill(store, read_bill(BillKind.OPENAI_COSTS, [path], options), at)


def of_monday(store: DuckDBStore, **options: Any) -> Reconciliation:
    """Compare the bills of that Monday."""
    return reconcile(store, "openai", MONDAY, TUESDAY, **options)


def only(found: Reconciliation) -> tuple[Difference, GapPart]:
    """The one difference and the one cause there is."""
    (difference,) = found.differences
    (part,) = difference.parts
    return difference, part


def rows(store: DuckDBStore, text: str) -> list[dict[str, object]]:
    """Ask the store directly."""
    return store.run(Query("direct", text)).to_pylist()


def week(length: int = 7, start: date = MONDAY) -> list[date]:
    """The days from a day on."""
    return [start + timedelta(days=number) for number in range(length)]


def _bucket(day: date, results: Sequence[Billed]) -> dict[str, object]:
    start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    return {
        "object": "bucket",
        "start_time": start,
        "end_time": start + 86_400,
        "results": [
            {
                "object": "organization.costs.result",
                "amount": {"value": result.amount, "currency": "usd"},
                "line_item": result.line_item,
                "project_id": result.project,
                "quantity": result.quantity,
            }
            for result in results
        ],
    }


def _key(*words: object) -> int:
    return hash(words) & (2**64 - 1)


def _attribution_id(line: Used) -> int:
    return _key("attribution", line.project)


def _rate_id(line: Used) -> int:
    return _key("rate", replace(line, quantity=0, day=MONDAY, project=None, arrived_at=LATER))


def _known(store: DuckDBStore, name: str) -> set[object]:
    return {row["id"] for row in rows(store, f"select {name.removesuffix('s')}_id as id from {name}")}  # noqa: S608 - our own names


def _attributions(lines: Sequence[Used], known: set[object]) -> pa.Table:
    found = {_attribution_id(line): line.project for line in lines if _attribution_id(line) not in known}
    return pa.table(
        {
            "attribution_id": pa.array(list(found), pa.uint64()),
            "project": pa.array(list(found.values()), pa.string()),
        }
    )


def _rates(lines: Sequence[Used], known: set[object]) -> pa.Table:
    found = {_rate_id(line): line for line in lines if _rate_id(line) not in known}
    values = list(found.values())
    words = ("provider", "request_model", "response_model", "priced_model", "seller", "usage_class")
    prices = [None if line.price is None else Decimal(line.price) for line in values]
    status = ["unpriced" if line.price is None and line.status == "priced" else line.status for line in values]
    reasons = ["unknown_model" if word == "unpriced" else None for word in status]
    return pa.table(
        {
            "rate_id": pa.array(list(found), pa.uint64()),
            **{word: pa.array([getattr(line, word) for line in values], pa.string()) for word in words},
            "unit_price_usd": pa.array(prices, _UNIT),
            "list_unit_price_usd": pa.array(prices, _UNIT),
            "status": pa.array(status, pa.string()),
            "reason": pa.array(reasons, pa.string()),
        }
    )


def _batches(found: dict[int, datetime]) -> pa.Table:
    zeros = pa.array([0] * len(found), pa.int64())
    return pa.table(
        {
            "batch_seq": pa.array(list(found), pa.int64()),
            "batch_id": pa.array([number.to_bytes(16) for number in found], pa.uuid()),
            "signal": pa.array(["traces"] * len(found), pa.string()),
            "received_at": pa.array([nanoseconds(at) for at in found.values()], pa.timestamp("ns")),
            **dict.fromkeys(("received", "stored", "duplicate", "rejected"), zeros),
        }
    )


def _started(rows: Sequence[tuple[int, Used]]) -> pa.Array:
    noon = [datetime(line.day.year, line.day.month, line.day.day, 12, tzinfo=UTC) for _, line in rows]
    return pa.array([nanoseconds(moment) for moment in noon], pa.timestamp("ns"))


def _ids(rows: Sequence[tuple[int, Used]]) -> dict[str, pa.Array]:
    return {
        "trace_id": pa.array([number.to_bytes(16) for number, _ in rows], pa.uuid()),
        "span_id": pa.array([number for number, _ in rows], pa.uint64()),
        "attribution_id": pa.array([_attribution_id(line) for _, line in rows], pa.uint64()),
        "started_at": _started(rows),
    }


def _spans(rows: Sequence[tuple[int, Used]]) -> pa.Table:
    n = len(rows)
    return pa.table(
        {
            **_ids(rows),
            "batch_seq": pa.array([_key("batch", str(line.arrived_at)) >> 2 for _, line in rows], pa.int64()),
            "duration_ns": pa.array([1] * n, pa.int64()),
            "name": pa.array(["chat"] * n, pa.string()),
            "kind": pa.array(["model"] * n, pa.string()),
            "status": pa.array(["ok"] * n, pa.string()),
            "entry": pa.array([True] * n, pa.bool_()),
        }
    )


def _ledger(rows: Sequence[tuple[int, Used]]) -> pa.Table:
    n = len(rows)
    costs = pa.array([line.cost_usd for _, line in rows], _USD)
    return pa.table(
        {
            **_ids(rows),
            "rate_id": pa.array([_rate_id(line) for _, line in rows], pa.uint64()),
            "run_id": pa.array([0] * n, pa.int32()),
            "purpose": pa.array(["answer"] * n, pa.string()),
            "failed": pa.array([False] * n, pa.bool_()),
            "prompt_tokens": pa.array([0] * n, pa.int64()),
            "quantity": pa.array([line.quantity for _, line in rows], pa.int64()),
            "list_cost_usd": costs,
            "cost_usd": costs,
        }
    )
