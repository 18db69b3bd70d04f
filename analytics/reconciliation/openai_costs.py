"""Reads pages of OpenAI's costs report (``GET /v1/organization/costs``), whether it is grouped or not.

Amounts are JSON numbers, sometimes decimal texts, in dollars. ``quantity`` is there in newer reports only.
"""

from collections.abc import Iterable
from decimal import Decimal

from analytics.reconciliation.bill import BillLine, LineKind
from analytics.reconciliation.json_pages import Bucket, Spot, refuse_doubles
from analytics.reconciliation.usage_types import openai_meter

ISSUER = "openai"
_AMOUNTS = frozenset({"amount", "quantity"})


def buckets(page: Spot) -> list[Bucket]:
    """The days of one page."""
    days = page.field("data").items()
    more = page.field("has_more").truth()
    return [
        Bucket(
            spot=day,
            start=day.field("start_time").unix_time(),
            until=day.field("end_time").unix_time(),
            results=tuple(day.field("results").items()),
            last_of_page=number == len(days),
            more_follow=more,
        )
        for number, day in enumerate(days, start=1)
    ]


def lines(bucket: Bucket) -> Iterable[tuple[BillLine, bool]]:
    """The lines of a day, each with whether its amount was repaired."""
    refuse_doubles(bucket.results, _AMOUNTS)
    return [_line(bucket, result) for result in bucket.results]


def _line(bucket: Bucket, result: Spot) -> tuple[BillLine, bool]:
    amount = result.field("amount")
    value = amount.field("value").number()
    currency = amount.field("currency").usd()
    item, project, quantity = (result.optional(name) for name in ("line_item", "project_id", "quantity"))
    told = None if item is None else item.text()
    meter = openai_meter(told)
    line = BillLine(
        issuer=ISSUER,
        project=None if project is None else project.text(),
        day=bucket.start.date(),
        model=meter.model,
        usage_class=meter.usage_class,
        usage_type=told or "not grouped by line_item",
        kind=LineKind.CREDIT if value.value < 0 else LineKind.USAGE,
        amount_usd=value.value,
        quantity=None if quantity is None else Decimal(quantity.number().value),
        currency=currency,
        file=result.file,
        place=result.path,
    )
    return line, value.repaired
