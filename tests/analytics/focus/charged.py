"""Charges for tests: a builder with defaults, and a month that has one of everything."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

import pyarrow as pa

from analytics.focus.period import PeriodInfo
from analytics.focus.settings import BillingAccount, Chargeback, CostCenter
from analytics.ledger.charge import CHARGES
from collector.dialects.usage_classes import UsageClass

OCTOBER = date(2026, 10, 1)
SEPTEMBER = date(2026, 9, 1)
CLOSED = PeriodInfo(OCTOBER, datetime(2026, 11, 4, 9, 30, tzinfo=UTC), closed=True, editions=("e-1",), runs=(3,))
OPEN = PeriodInfo(OCTOBER, datetime(2026, 10, 20, tzinfo=UTC))
TERMS = Chargeback(
    company="Acme",
    billing_account=BillingAccount("acme-1", "Acme Inc", "Organization"),
    unallocated_owner="platform",
    cost_centers=(CostCenter("CC-1", "Support", "Ada", "6400", "PO-77"), CostCenter("CC-2", owner="Grace")),
)
Charge = dict[str, object]


def charge(*, day: int = 1, units: int = 1_000, unit_price: str | None = "0.000003", **said: object) -> Charge:
    """One charge: a thousand tokens of a model of OpenAI, unless said otherwise."""
    starts_at = datetime(2026, 10, 1) + timedelta(days=day - 1)  # noqa: DTZ001 - charges hold naive UTC
    price = None if unit_price is None else Decimal(unit_price)
    cost = None if price is None else price * units
    row: Charge = {
        "period_start": OCTOBER, "starts_at": starts_at, "ends_at": starts_at + timedelta(days=1), "entry": "usage",
        "provider": "openai", "seller": "openai", "model": "gpt-4o", "usage_class": "input_uncached",
        "service_tier": "standard", "price_id": "genai-prices/openai/gpt-4o/input_uncached/standard",
        "unit_price_usd": price, "list_unit_price_usd": price, "confidence": "first_seen",
        "status": "priced" if price is not None else "unpriced", "tenant": "acme", "team": "support",
        "feature": "assistant", "cost_center": "CC-1", "project": "proj-1", "purpose": "answer",
        "quantity": Decimal(units), "list_cost_usd": cost, "cost_usd": cost, "lines": 3,
    } | said  # fmt: skip
    return {"charge_id": _id(row)} | row


def amount(entry: str, usd: str, **said: object) -> Charge:
    """A charge that is only an amount: shared, unused, adjustment, rounding."""
    words = dict.fromkeys(("provider", "model", "usage_class", "service_tier", "price_id", "confidence"))
    prices = dict.fromkeys(("unit_price_usd", "list_unit_price_usd", "quantity", "purpose", "project", "feature"))
    cost = {"list_cost_usd": Decimal(usd), "cost_usd": Decimal(usd), "lines": 0}
    return charge(entry=entry, **(words | prices | cost | said))


def share(usd: str, ratio: str, entry: str = "shared", **said: object) -> Charge:
    """A share of a cost that is split."""
    text = json.dumps({"AllocatedRatio": ratio, "UsageUnit": "Tokens", "UsageQuantity": "1200"})
    named = {"shared_cost": "vector database", "method": "usage/tokens/team", "share": text, "seller": "internal"}
    whole = {"starts_at": datetime(2026, 10, 1), "ends_at": datetime(2026, 11, 1)}  # noqa: DTZ001 - charges hold naive UTC
    return amount(entry, usd, **(named | whole | {"description": "vector database, split by tokens"} | said))


def correction(entry: str, units: int, usd: str) -> Charge:
    """A late span of the last day of September, booked in October."""
    last = {"starts_at": datetime(2026, 9, 30), "ends_at": datetime(2026, 10, 1)}  # noqa: DTZ001 - charges hold naive UTC
    costs = {"list_cost_usd": Decimal(usd), "cost_usd": Decimal(usd)}
    return charge(entry=entry, units=units, corrects_start=SEPTEMBER, **last, **costs)


def month() -> list[Charge]:
    """One of everything a ledger can give; whole cents in every invoice and cost centre."""
    usage = [charge(usage_class=str(each), units=2_000_000, unit_price="0.00001") for each in UsageClass]
    special = [
        charge(seller="deepseek", model="deepseek-chat", price_id="x/deepseek/chat/mon-fri/0030-1630utc",
               usage_class="output", units=1_000_000),
        charge(seller="acme-ai", model="m1", cost_center="CC-2", list_unit_price_usd=None, list_cost_usd=None,
               confidence="contract", units=1_000_000),
        charge(seller="anthropic", model="claude-sonnet-4-5", usage_class="cache_read", region="us", context_above=0,
               context_until=200_000, list_unit_price_usd=Decimal("0.0000003"), unit_price="0.00000025",
               list_cost_usd=Decimal("1.2"), units=4_000_000, cost_center=None, team=None, project="wrkspc-1"),
        charge(seller=None, provider="vllm", model="llama", unit_price=None, status="amortised",
               price_id="infrastructure/gpu", units=123),
        charge(model="mystery", unit_price=None, reason="unknown_model", seller=None, units=77),
        correction("reversal", -1_000_000, "-3"), correction("restatement", 2_000_000, "6"),
    ]  # fmt: skip
    amounts = [
        share("6.00", "0.6"), share("3.00", "0.3", team="search", cost_center="CC-2"),
        share("1.00", "0.1", "unused", team=None, cost_center=None, tenant=None),
        amount("adjustment", "-0.12", reason_code="credits", description="the bill grants credits"),
        amount("rounding", "0", reason_code="whole_cents"),
    ]  # fmt: skip
    return [*usage, *special, *amounts]


def batches(charges: Iterable[Mapping[str, object]], rows: int = 10_000) -> list[pa.RecordBatch]:
    """Charges as a ledger streams them: ordered by id, in batches."""
    ordered = sorted(charges, key=lambda each: str(each["charge_id"]))
    return pa.Table.from_pylist(ordered, schema=CHARGES).to_batches(max_chunksize=rows)


_numbers = count()


def _id(row: Charge) -> str:
    words = json.dumps({**row, "n": next(_numbers)}, default=str)
    return hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()
