"""What has to be true before a month can be closed; each check says what is not, and what to do."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from analytics.ledger.booking import at_ns
from analytics.ledger.errors import DerivationBehind, EarlierOpen, HasUnpriced, LaterClosed, NotEnded
from analytics.ledger.months import following, midnight_ns, month_bounds, month_text
from analytics.ledger.periods import SignOff, first_unclosed, usage_months
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.ledger")
_SETTLING = timedelta(minutes=1)
"""Batches younger than this may be underived: under load derivation is always some tenths of a second behind."""
_NAMED = 5
Rows = Sequence[Mapping[str, Any]]


def check_ended(period: date, at: datetime) -> None:
    """Raise :class:`NotEnded` while the month goes on."""
    until = following(period)
    if at.astimezone(UTC).date() < until:
        raise NotEnded(f"{month_text(period)} ends at {until}T00:00:00Z: close it then")


def check_order(store: Store, period: date, signed: Sequence[SignOff]) -> None:
    """Raise :class:`LaterClosed` or :class:`EarlierOpen`: months are closed in their order."""
    after = first_unclosed(signed)
    if after is not None and period < after:
        newest = month_text(max(one.period_start for one in signed))
        raise LaterClosed(
            f"{newest} is closed, so {month_text(period)} before it cannot be: what it lacks is booked as a correction "
            "when the next month closes"
        )
    waiting = [month for month in usage_months(store) if month < period and (after is None or month >= after)]
    if waiting:
        named = ", ".join(month_text(month) for month in waiting)
        raise EarlierOpen(f"{named} has usage and is open: close months in their order, {month_text(waiting[0])} first")


def check_derived(store: Store, period: date, at: datetime) -> None:
    """Raise :class:`DerivationBehind` while spans that have arrived are not in the ledger."""
    asked = {"received_ns": at_ns(at - _SETTLING), "until_ns": midnight_ns(following(period))}
    tasks = store.run(_QUERIES["derivation_behind"], asked)["task"].to_pylist()
    if tasks:
        raise DerivationBehind(
            f"the ledger is not complete ({'; '.join(tasks)}): try again when derivation has caught up"
        )


def unpriced_usage(store: Store, period: date) -> Rows:
    """Usage without a price by model, usage class and reason, as the ledger is now."""
    found: Rows = store.run(_QUERIES["unpriced_usage"], month_bounds(period)).to_pylist()
    return found


def unpriced_booked(store: Store, period: date) -> Rows:
    """The same of a month's booked usage and restatements."""
    found: Rows = store.run(_QUERIES["unpriced_booked"], {"period_start": period}).to_pylist()
    return found


def check_priced(found: Rows, period: date) -> None:
    """Raise :class:`HasUnpriced` naming the largest kinds of usage without a price."""
    if not found:
        return
    lines, quantity = sum(row["lines"] for row in found), sum(row["quantity"] for row in found)
    kinds = "; ".join(_kind(row) for row in found[:_NAMED])
    more = f" and {len(found) - _NAMED} kinds more" if len(found) > _NAMED else ""
    raise HasUnpriced(
        f"{lines} ledger lines of {month_text(period)} ({quantity} units) have no price: {kinds}{more}. Give them one "
        "and reprice, or say that the month closes without them"
    )


def _kind(row: Mapping[str, Any]) -> str:
    where = "/".join(row[name] or "?" for name in ("provider", "model", "usage_class"))
    return f"{where} {row['quantity']} ({row['reason']})"
