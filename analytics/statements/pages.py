"""The pages: one per cost centre, and an index over all of them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape

from analytics.focus.period import PeriodInfo
from analytics.focus.settings import UNALLOCATED, Chargeback
from analytics.notation import usd_text
from analytics.statements.cents import usd
from analytics.statements.chart import days_chart, models_chart
from analytics.statements.markup import amounts, facts, grid, heading, money, page, paragraph
from analytics.statements.statement import Statement

_OPEN = "This month is open: figures may still change. Book from the closed statement."
_UNPRICED = (
    "This usage has no price in the price book, so it is in none of the sums above. It is not free: what it costs is "
    "not known."
)
_TRACE = (
    "Every amount is a sum of rows of the export whose x_CostCenter is this cost centre; the line of a table says by "
    "which x_Entry, x_Model or Tags. x_ChargeId names a row, x_PriceId the price that made it, with its source. "
    "The export's manifest has the sum of each cost centre and the hash of each file."
)
_ROUNDING = (
    "Amounts are shown in whole cents. Lines are rounded so that they add up to the total shown (largest remainder): a "
    "line can differ by one cent from its own rounding. The exact sum of this statement is USD {exact}; at list prices "
    "it would be USD {listed}."
)


def statement_page(statement: Statement, terms: Chargeback, manifest_sha256: str) -> str:
    """The page of one cost centre."""
    return page(f"Statement {statement.number}", _statement(statement, terms, manifest_sha256))


def index_page(
    links: Sequence[tuple[Statement, str]], period: PeriodInfo, terms: Chargeback, manifest_sha256: str
) -> str:
    """The page over all cost centres; each comes with the name of its file."""
    return page(f"Chargeback {period.month}", _index(links, period, terms, manifest_sha256))


def _statement(statement: Statement, terms: Chargeback, manifest_sha256: str) -> Iterator[str]:
    center, period = statement.center, statement.period
    name = center.cost_center if center.name is None else f"{center.cost_center}, {center.name}"
    yield f"<header><h1>{escape(name)}</h1>"
    yield paragraph(f"What generative AI cost in {period.title}", "about") + _status(period)
    yield facts(
        (
            ("Owner", center.owner or "nobody is stated"),
            ("Account", center.account),
            ("Purchase order", center.purchase_order),
            ("Issued by", terms.company),
            ("Statement", statement.number),
            *_made(period, manifest_sha256),
        )
    )
    yield "</header><main>"
    yield paragraph(_OPEN, "notice") if not period.closed else ""
    if center.cost_center == UNALLOCATED:
        yield paragraph(
            "Nobody said which cost centre these costs are for; the owner above answers for them.", "notice"
        )
    yield money(statement.total)
    yield amounts(statement.composition)
    yield from _usage(statement)
    for table in (statement.corrections, statement.shared, statement.adjustments):
        yield amounts(table) if table is not None else ""
    yield _without_price(statement)
    yield heading("How to trace a figure") + paragraph(_TRACE) + "</main>"
    exact, listed = usd_text(statement.exact_total), usd_text(statement.list_total)
    yield f"<footer>{paragraph(_ROUNDING.format(exact=exact, listed=listed))}</footer>"


def _usage(statement: Statement) -> Iterator[str]:
    if not statement.usage:
        return
    about = f"{statement.center.cost_center}, {statement.period.title}"
    yield heading("Usage day by day") + days_chart(statement.days, about)
    lines = [(f"{day}", usd(amount)) for day, amount in statement.days]
    yield f"<details><summary>The days as a table</summary>{grid('Cost of each day', ('Day', 'USD'), lines)}</details>"
    for table in statement.usage:
        yield amounts(table)
        if table.header[0] == "Model":
            yield models_chart([(texts[0], amount) for texts, amount in table.lines], about)


def _without_price(statement: Statement) -> str:
    if not statement.unpriced:
        return ""
    lines = [tuple(map(escape, (one.model, one.kind, one.reason, one.quantity))) for one in statement.unpriced]
    header = ("Model", "Kind", "Why", "Quantity")
    return heading("Without a price") + paragraph(_UNPRICED, "notice") + grid("Usage without a price", header, lines)


def _index(
    links: Sequence[tuple[Statement, str]], period: PeriodInfo, terms: Chargeback, manifest_sha256: str
) -> Iterator[str]:
    yield f"<header><h1>Chargeback of {period.title}</h1>" + _status(period)
    account = terms.billing_account
    yield facts(
        (
            ("Issued by", terms.company),
            ("Billing account", f"{account.name} ({account.id})"),
            *_made(period, manifest_sha256),
        )
    )
    yield "</header><main>"
    yield paragraph(_OPEN, "notice") if not period.closed else ""
    total = sum((statement.total for statement, _ in links), Decimal(0))
    yield money(total)
    lines = [_line(statement, file) for statement, file in links]
    header = ("Cost centre", "Name", "Owner", "Without a price", "USD")
    yield grid("What each cost centre pays", header, lines, ("Total", "", "", "", usd(total)))
    yield "</main>"


def _line(statement: Statement, file: str) -> tuple[str, ...]:
    center = statement.center
    link = f'<a href="{escape(file)}">{escape(center.cost_center)}</a>'
    gaps = f"{len(statement.unpriced)} kind{'s' * (len(statement.unpriced) > 1)} of usage" if statement.unpriced else ""
    return (link, escape(center.name or ""), escape(center.owner or "nobody is stated"), gaps, usd(statement.total))


def _status(period: PeriodInfo) -> str:
    return f'<p><span class="status {period.status}">{period.status.upper()}</span></p>'


def _made(period: PeriodInfo, manifest_sha256: str) -> Iterator[tuple[str, str | None]]:
    yield "Period", f"{period.start} to before {period.until}, UTC"
    yield ("Closed" if period.closed else "As of"), f"{period.instant:%Y-%m-%d %H:%M:%S} UTC"
    yield "Signed off by", period.signed_off_by
    yield "Export manifest", f"sha256 {manifest_sha256}"
