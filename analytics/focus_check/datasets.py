"""Rules between datasets: periods and invoices that charges name, and what an invoice's lines sum to."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import polars as pl

from analytics.focus_check import forms
from analytics.focus_check.exact import shown, total
from analytics.focus_check.report import Finding, Findings
from analytics.focus_check.row_tests import quoted
from analytics.focus_check.totals import Group, Totals

_PERIOD = ("InvoiceIssuerName", "BillingPeriodStart", "BillingPeriodEnd")
Row = Mapping[str, str | None]
Name = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """A small dataset, read whole: its file's name and its rows."""

    file: str
    rows: tuple[Row, ...]

    def once(self, rule: str, columns: tuple[str, ...]) -> Iterator[Finding]:
        """Rows that have the same values in these columns as a row before."""
        seen: dict[Name, int] = {}
        for number, row in enumerate(self.rows, 1):
            name = _values(row, columns)
            if name in seen:
                expected = f"a value that row {seen[name]} does not have"
                yield Finding(rule, self.file, number, columns[-1], _named(name), expected)
            seen.setdefault(name, number)


def whole(file: str, frames: list[pl.DataFrame]) -> Whole:
    """A dataset from its batches."""
    return Whole(file, tuple(row for frame in frames for row in frame.rows(named=True)))


def check_period_rows(periods: Whole, findings: Findings) -> None:
    """An issuer has a period once."""
    _add(findings, periods.once("billing-period-once", _PERIOD))


def check_invoice_rows(details: Whole, periods: Whole | None, findings: Findings) -> None:
    """Lines are there once, an issued invoice has its date, and a closed period has no open invoice."""
    _add(findings, details.once("invoice-line-once", ("InvoiceIssuerName", "InvoiceId", "InvoiceDetailId")))
    closed = [name for name, status in _statuses(periods).items() if status == "Closed"]
    for number, row in enumerate(details.rows, 1):
        status = row.get("InvoiceIssueStatus")
        if status == "Issued" and row.get("InvoiceIssueDate") is None:
            expected = "the date of an invoice that is issued"
            findings.add(Finding("issued-has-date", details.file, number, "InvoiceIssueDate", "null", expected))
        if status == "Open" and _values(row, _PERIOD) in closed:
            expected = "Issued or Voided, for its period is closed"
            findings.add(Finding("closed-is-issued", details.file, number, "InvoiceIssueStatus", "'Open'", expected))


def check_periods(periods: Whole, charges: Totals, file: str, findings: Findings) -> None:
    """Charges name periods that are there, and those of a closed one are invoiced."""
    statuses = _statuses(periods)
    for name, row in charges.first(_period).items():
        if name not in statuses:
            expected = f"a period of {periods.file}"
            findings.add(Finding("billing-period-known", file, row, "BillingPeriodStart", _named(name), expected))
    for (period, invoice), row in charges.first(lambda group: (_period(group), group.invoice)).items():
        if statuses.get(period) == "Closed" and invoice is None:
            findings.add(
                Finding("closed-is-invoiced", file, row, "InvoiceId", "null", "an invoice of the closed period")
            )


def check_invoices(details: Whole, charges: Totals, file: str, findings: Findings) -> None:
    """Charges name invoices and lines that are there, and both sum to the same."""
    for grain in _GRAINS:
        _compare(details, charges, file, findings, grain)


def _compare(details: Whole, charges: Totals, file: str, findings: Findings, grain: "_Grain") -> None:
    """Sums of one grain; charges that have no value for it are not compared."""
    invoiced = _sums(details, grain.columns)
    charged = {key: found for key, found in charges.by("BilledCost", grain.name).items() if None not in key[1:]}
    rows = charges.first(grain.name)
    for key in charged.keys() - invoiced.keys():
        expected = f"one of {details.file}"
        findings.add(Finding("invoice-known", file, rows[key], grain.columns[-1], _named(key), expected))
    for key, expected_sum in invoiced.items() if charged or not grain.is_optional else ():
        found = charged.get(key, Decimal(0))
        if found != expected_sum:
            place = f"{shown(found)} for {_named(key)}"
            wanted = f"{shown(expected_sum)}, the sum in {details.file}"
            findings.add(Finding("invoice-sum", file, rows.get(key), "BilledCost", place, wanted))


def _sums(details: Whole, columns: tuple[str, ...]) -> Mapping[Name, Decimal]:
    parts: dict[Name, list[Decimal]] = {}
    for row in details.rows:
        cost = row.get("BilledCost")
        if row.get("InvoiceIssueStatus") != "Voided" and forms.is_number(cost):
            parts.setdefault(_values(row, columns), []).append(Decimal(cost or "0"))
    return {key: total(costs) for key, costs in parts.items()}


def _statuses(periods: Whole | None) -> Mapping[Name, str | None]:
    rows = periods.rows if periods is not None else ()
    return {_values(row, _PERIOD): row.get("BillingPeriodStatus") for row in rows}


def _values(row: Row, columns: tuple[str, ...]) -> Name:
    return tuple(row.get(column) for column in columns)


def _period(group: Group) -> Name:
    return group.issuer, group.period_start, group.period_end


def _named(name: Name) -> str:
    return " / ".join(part if part is not None else quoted(part) for part in name)


def _add(findings: Findings, found: Iterator[Finding]) -> None:
    for finding in found:
        findings.add(finding)


class _Grain(NamedTuple):
    """What sums are compared by."""

    columns: tuple[str, ...]
    name: Callable[[Group], Name]
    is_optional: bool
    """Whether charges may do without it altogether."""


_GRAINS = (
    _Grain(("InvoiceIssuerName", "InvoiceId"), lambda group: (group.issuer, group.invoice), is_optional=False),
    _Grain(
        ("InvoiceIssuerName", "InvoiceId", "InvoiceDetailId"),
        lambda group: (group.issuer, group.invoice, group.line),
        is_optional=True,
    ),
)
