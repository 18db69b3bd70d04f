"""Reads pages of Anthropic's cost report (``GET /v1/organizations/cost_report``), whether it is grouped or not.

Amounts are decimal texts **in cents**: "123.45" is $1.2345. No workspace is the default one.
"""

from collections.abc import Iterable

from analytics.reconciliation.amounts import read_amount
from analytics.reconciliation.bill import BillLine, LineKind
from analytics.reconciliation.json_pages import Bucket, Spot, refuse_doubles
from analytics.reconciliation.usage_types import anthropic_meter

ISSUER = "anthropic"
_AMOUNTS = frozenset({"amount"})


def buckets(page: Spot) -> list[Bucket]:
    """The days of one page."""
    days = page.field("data").items()
    more = page.field("has_more").truth()
    return [
        Bucket(
            spot=day,
            start=day.field("starting_at").instant(),
            until=day.field("ending_at").instant(),
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
    cents = result.field("amount")
    written = cents.text()  # a JSON number would be another interface, perhaps in dollars
    dollars = cents.number() and read_amount(_dollars(written), binary=False)
    if dollars is None:
        raise cents.refuse("a number of cents")
    currency = result.field("currency").usd()
    words = {name: _word(result, name) for name in ("cost_type", "model", "token_type", "workspace_id", "description")}
    meter = anthropic_meter(words["cost_type"], words["model"], words["token_type"])
    line = BillLine(
        issuer=ISSUER,
        project=words["workspace_id"],
        day=bucket.start.date(),
        model=meter.model,
        usage_class=meter.usage_class,
        usage_type=_usage_type(result, words),
        kind=LineKind.CREDIT if dollars.value < 0 else LineKind.USAGE,
        amount_usd=dollars.value,
        quantity=None,
        currency=currency,
        file=result.file,
        place=result.path,
    )
    return line, dollars.repaired


def _dollars(cents: str) -> str:
    """A hundredth, exactly: the same digits with another exponent."""
    digits, _, exponent = cents.lower().partition("e")
    return f"{digits}e{int(exponent or 0) - 2}"


def _usage_type(result: Spot, words: dict[str, str | None]) -> str:
    if words["description"] is not None:
        return words["description"]
    told = [words["cost_type"], words["model"], words["token_type"], _word(result, "service_tier")]
    return ", ".join(word for word in told if word) or "not grouped by description"


def _word(result: Spot, name: str) -> str | None:
    found = result.optional(name)
    return None if found is None else found.text()
