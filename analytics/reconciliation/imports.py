"""Keeps bills in the store, and says which one counts for a day: the newest that tells of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa

from analytics.reconciliation.bill import Bill, BillKind, BillLine, LineKind
from collector.dialects.usage_classes import UsageClass
from collector.store import Step, Store, queries_of

_QUERIES = queries_of("analytics.reconciliation")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_USD, _UNITS = pa.decimal128(38, 15), pa.decimal128(38, 9)


@dataclass(frozen=True, slots=True)
class ImportedBill:
    """One import as the store keeps it."""

    import_id: str
    kind: BillKind
    imported_at: datetime
    start: date
    until: date
    issuers: tuple[str, ...]
    files: tuple[str, ...]
    lines: int
    amount_usd: Decimal
    left_out: int
    left_out_usd: Decimal
    repaired: int
    known_before: bool = False  # the same content was imported earlier; nothing was written


@dataclass(frozen=True, slots=True)
class ToldDay:
    """A day some bill tells of, and the bill that counts for it."""

    day: date
    import_id: str
    imported_at: datetime


def nanoseconds(moment: datetime) -> int:
    """Nanoseconds since 1970 of an aware instant."""
    return (moment - _EPOCH) // _MICROSECOND * 1_000


def import_bill(store: Store, bill: Bill, at: datetime) -> ImportedBill:
    """Keep a bill, whole or not at all. The same content twice is kept once."""
    before = imports(store, bill.import_id)
    if before:
        return replace(before[0], known_before=True)
    params = {"import_id": bill.import_id}
    tables = {
        "incoming_lines": _lines(bill),
        "incoming_days": _days(bill),
        "incoming_files": _files(bill),
        "incoming_import": _import(bill, at),
    }
    names = ("bill_keep_lines", "bill_keep_days", "bill_keep_files", "bill_keep_import")
    store.change([Step(_QUERIES[name], params) for name in names], tables=tables)
    return imports(store, bill.import_id)[0]


def imports(store: Store, import_id: str | None = None) -> tuple[ImportedBill, ...]:
    """Every import, or the one named, newest first."""
    found = store.run(_QUERIES["bill_list"], {"import_id": import_id}).to_pylist()
    return tuple(
        ImportedBill(
            import_id=row["import_id"],
            kind=BillKind(row["kind"]),
            imported_at=_instant(row["imported_at_ns"]),
            start=row["start_on"],
            until=row["until_on"],
            issuers=tuple(row["issuers"] or ()),
            files=tuple(row["files"] or ()),
            lines=row["lines"],
            amount_usd=row["amount_usd"],
            left_out=row["left_out"],
            left_out_usd=row["left_out_usd"],
            repaired=row["repaired"],
        )
        for row in found
    )


def told_days(
    store: Store, issuer: str, start: date, until: date, import_ids: Sequence[str] | None = None
) -> tuple[ToldDay, ...]:
    """The days of a range that bills of an issuer tell of."""
    params = {
        "issuer": issuer,
        "start": start,
        "until": until,
        "import_ids": None if import_ids is None else list(import_ids),
    }
    found = store.run(_QUERIES["bill_told_days"], params).to_pylist()
    return tuple(ToldDay(row["day"], row["import_id"], _instant(row["imported_at_ns"])) for row in found)


def told_lines(store: Store, issuer: str, days: Sequence[ToldDay]) -> tuple[BillLine, ...]:
    """The lines of the bills that count for these days."""
    told = pa.table(
        {
            "day": pa.array([day.day for day in days], pa.date32()),
            "import_id": pa.array([day.import_id for day in days], pa.string()),
        }
    )
    batches = store.stream(_QUERIES["bill_told_lines"], {"issuer": issuer}, tables={"told": told})
    return tuple(_line(row) for batch in batches for row in batch.to_pylist())


def _line(row: dict[str, object]) -> BillLine:
    usage_class = row.pop("usage_class")
    kind = LineKind(str(row.pop("kind")))
    return BillLine(**row, usage_class=usage_class and UsageClass(usage_class), kind=kind)  # type: ignore[arg-type] # the query names the fields


def _instant(at_ns: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at_ns // 1_000)


def _lines(bill: Bill) -> pa.Table:
    lines = bill.lines
    words = ("issuer", "project", "model", "usage_class", "usage_type", "kind", "currency", "file", "place")
    texts = {word: pa.array([_text(getattr(line, word)) for line in lines], pa.string()) for word in words}
    return pa.table(
        {
            "import_id": pa.array([bill.import_id] * len(lines), pa.string()),
            "line": pa.array(range(len(lines)), pa.int64()),
            "day": pa.array([line.day for line in lines], pa.date32()),
            "amount_usd": pa.array([line.amount_usd for line in lines], _USD),
            "quantity": pa.array([line.quantity for line in lines], _UNITS),
            **texts,
        }
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _days(bill: Bill) -> pa.Table:
    return pa.table(
        {
            "import_id": pa.array([bill.import_id] * len(bill.days), pa.string()),
            "issuer": pa.array([issuer for issuer, _ in bill.days], pa.string()),
            "day": pa.array([day for _, day in bill.days], pa.date32()),
        }
    )


def _files(bill: Bill) -> pa.Table:
    return pa.table(
        {
            "import_id": [bill.import_id] * len(bill.files),
            "position": pa.array(range(len(bill.files)), pa.int32()),
            "name": [file.name for file in bill.files],
            "sha256": [file.sha256 for file in bill.files],
            "bytes": pa.array([file.size_bytes for file in bill.files], pa.int64()),
        }
    )


def _import(bill: Bill, at: datetime) -> pa.Table:
    row = {
        "import_id": bill.import_id,
        "kind": str(bill.kind),
        "imported_at": nanoseconds(at),
        "start_on": bill.start,
        "until_on": bill.until,
        "lines": len(bill.lines),
        "left_out": bill.left_out,
        "left_out_usd": bill.left_out_usd,
        "repaired": bill.repaired,
    }
    return pa.Table.from_pylist([row], schema=_IMPORT)


_IMPORT = pa.schema(
    [
        ("import_id", pa.string()),
        ("kind", pa.string()),
        ("imported_at", pa.timestamp("ns")),
        ("start_on", pa.date32()),
        ("until_on", pa.date32()),
        ("lines", pa.int64()),
        ("left_out", pa.int64()),
        ("left_out_usd", _USD),
        ("repaired", pa.int64()),
    ]
)
