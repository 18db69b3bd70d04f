"""Ledger lines put straight into a real store, and what the books say of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analytics.derive.rates import RATES, rate
from analytics.ledger.charge import ATTRIBUTION, CHARGES
from analytics.ledger.charges import charges
from analytics.ledger.closing import close
from analytics.ledger.months import following, midnight_ns
from analytics.ledger.terms import Terms
from collector.normalise.hashing import tuple_key
from collector.store import DuckDBStore, Query, Step

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
NO_TERMS = Terms()
_USD = pa.decimal128(38, 15)


@dataclass(frozen=True, slots=True)
class Used:
    """One ledger line; no unit price: unpriced."""

    trace: int = 1
    span: int = 2
    on: date = date(2026, 10, 5)
    second: int = 0
    """Of that UTC day."""
    quantity: int = 1_000
    unit_price_usd: str | None = "0.0000025"
    list_unit_price_usd: str | None = None
    """None: the unit price, as without a contract."""
    seller: str | None = "openai"
    model: str = "gpt-4o"
    usage_class: str = "input_uncached"
    team: str | None = "support"
    cost_center: str | None = "CC-1"
    purpose: str = "answer"
    failed: bool = False
    run_id: int = 1

    def costing(self, unit_price_usd: str | None) -> "Used":
        """The same usage at another price, rated by another run."""
        return replace(self, unit_price_usd=unit_price_usd, run_id=self.run_id + 1)

    @property
    def words(self) -> dict[str, str | None]:
        return dict.fromkeys(ATTRIBUTION) | {"tenant": "acme", "team": self.team, "cost_center": self.cost_center}

    @property
    def attribution_id(self) -> int:
        return tuple_key(tuple(self.words.values()))

    @property
    def rated(self) -> dict[str, object]:
        priced = self.unit_price_usd is not None
        terms = {
            "provider": self.seller,
            "model": self.model,
            "usage_class": self.usage_class,
            "seller": self.seller,
            "status": "priced" if priced else "unpriced",
            "reason": None if priced else "unknown_model",
            "price_id": f"{self.seller}/{self.model}" if priced else None,
            "unit_price_usd": _decimal(self.unit_price_usd),
            "list_unit_price_usd": _decimal(self.list_unit_price_usd or self.unit_price_usd),
        }
        return dict(rate(**terms))

    @property
    def cost_usd(self) -> Decimal | None:
        return None if self.unit_price_usd is None else self.quantity * Decimal(self.unit_price_usd)

    @property
    def row(self) -> dict[str, object]:
        found = self.rated
        listed = found["list_unit_price_usd"]
        return {
            "trace_id": self.trace.to_bytes(16, "big"),
            "span_id": self.span,
            "started_at": midnight_ns(self.on) + self.second * 1_000_000_000,
            "attribution_id": self.attribution_id,
            "rate_id": found["rate_id"],
            "run_id": self.run_id,
            "purpose": self.purpose,
            "failed": self.failed,
            "prompt_tokens": 0,
            "quantity": self.quantity,
            "list_cost_usd": None if listed is None else self.quantity * listed,
            "cost_usd": self.cost_usd,
        }


_LINES = pa.schema(
    [
        ("trace_id", pa.uuid()),
        ("span_id", pa.uint64()),
        ("started_at", pa.timestamp("ns")),
        ("attribution_id", pa.uint64()),
        ("rate_id", pa.uint64()),
        ("run_id", pa.int32()),
        ("purpose", pa.string()),
        ("failed", pa.bool_()),
        ("prompt_tokens", pa.int64()),
        ("quantity", pa.int64()),
        ("list_cost_usd", _USD),
        ("cost_usd", _USD),
    ]
)
_ATTRIBUTIONS = pa.schema([("attribution_id", pa.uint64()), *((name, pa.string()) for name in ATTRIBUTION)])


def ledger(*lines: Used, directory: Any = None) -> DuckDBStore:
    """Open a store that holds these lines."""
    store = DuckDBStore(directory)
    arrive(store, *lines)
    return store


def arrive(store: DuckDBStore, *lines: Used) -> None:
    """Add lines, as derivation does."""
    words = {line.attribution_id: line.words for line in lines}
    rates = {line.rated["rate_id"]: line.rated for line in lines}
    store.add_dimensions(
        {
            "attributions": pa.Table.from_pylist([{"attribution_id": k} | v for k, v in words.items()], _ATTRIBUTIONS),
            "rates": pa.Table.from_pylist(list(rates.values()), RATES),
        }
    )
    rows = [line.row for line in lines]
    columns = {name: pa.array([row[name] for row in rows], _LINES.field(name).type) for name in _LINES.names}
    put = Step(Query("put", "insert into ledger_lines by name select * from fresh"))
    store.change([put], tables={"fresh": pa.table(columns)})


def leave(store: DuckDBStore, line: Used) -> None:
    """Take a line out, as derivation does before it writes the trace anew."""
    where = "trace_id = $trace::uuid and span_id = $span and rate_id = $rate"
    asked = {"trace": f"{line.trace:032x}", "span": line.span, "rate": line.rated["rate_id"]}
    store.change([Step(Query("leave", f"delete from ledger_lines where {where}"), asked)])  # noqa: S608 - our own words


def become(store: DuckDBStore, before: Used, after: Used) -> None:
    """Derive a line anew."""
    leave(store, before)
    arrive(store, after)


def charged(store: DuckDBStore, period: date, *, terms: Terms = NO_TERMS, **asked: Any) -> list[dict[str, Any]]:
    """Charges of a month as rows."""
    return pa.Table.from_batches(charges(store, period, terms=terms, **asked), CHARGES).to_pylist()


def bytes_of(store: DuckDBStore, period: date) -> bytes:
    """Charges of a month as the bytes of a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_batches(charges(store, period, terms=NO_TERMS), CHARGES), sink)
    return sink.getvalue().to_pybytes()


def close_on_time(store: DuckDBStore, period: date, *, terms: Terms = NO_TERMS, **said: Any) -> Any:
    """Close a month on the third day of the next."""
    at = datetime.combine(following(period).replace(day=3), datetime.min.time(), UTC)
    return close(store, period, at=at, by="finance@acme.example", terms=terms, **said)


def amounts(rows: Iterable[dict[str, Any]], **wanted: Any) -> list[Decimal | None]:
    """Costs of the rows that have these values, smallest first."""
    found = [row["cost_usd"] for row in rows if all(row[name] == value for name, value in wanted.items())]
    return sorted(found, key=lambda cost: (cost is None, cost))


def cost(rows: Iterable[dict[str, Any]], **wanted: Any) -> Decimal:
    """Sum of the costs of the rows that have these values."""
    return sum((one for one in amounts(rows, **wanted) if one is not None), Decimal(0))


def asked(store: DuckDBStore, text: str) -> list[dict[str, Any]]:
    """Ask the store directly."""
    return store.run(Query("asked", text)).to_pylist()


def told(store: DuckDBStore, text: str) -> None:
    """Change the store directly, as nobody should."""
    store.change([Step(Query("told", text))])


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
