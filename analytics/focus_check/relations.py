"""Rules about several rows of one file: what must be the same wherever a name stands, and ids that are used once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from analytics.focus_check.report import Finding, Findings
from analytics.focus_check.row_tests import quoted
from analytics.focus_check.source import Batch

ROW_ID = "x_ChargeId"
"""Our name of a row."""
_Key = tuple[str, ...]


@dataclass(slots=True)
class OneValue:
    """Wherever ``names`` have the same values, ``column`` has one: the first that was seen. Null is none."""

    rule: str
    names: tuple[str, ...]
    column: str
    seen: dict[_Key, tuple[str, int]] = field(default_factory=dict)

    def see(self, batch: Batch, findings: Findings) -> None:
        """Add where a batch has another value than the rows before."""
        if not batch.has(*self.names, self.column):
            return
        named = batch.frame.lazy().with_row_index("#", offset=batch.first_row).drop_nulls([*self.names, self.column])
        distinct = named.unique([*self.names, self.column], keep="first", maintain_order=True)
        for *names, value, row in distinct.select(*self.names, self.column, "#").collect().rows():
            first, first_row = self.seen.setdefault(tuple(names), (value, row))
            if value != first:
                expected = f"{quoted(first)}, as in row {first_row}"
                finding = Finding(self.rule, batch.source.name, row, self.column, quoted(value), expected)
                findings.add(finding)


def relations() -> list[OneValue]:
    """What a file of charges keeps the same."""
    return [OneValue(*each) for each in _ONE_VALUE]


_ONE_VALUE: Sequence[tuple[str, tuple[str, ...], str]] = (
    ("one-currency", (), "BillingCurrency"),
    ("service-one-category", ("ServiceName",), "ServiceCategory"),
    ("service-one-category", ("ServiceName",), "ServiceSubcategory"),
    ("sku-price-one-sku", ("SkuPriceId",), "SkuId"),
    ("sku-one-meter", ("SkuId",), "SkuMeter"),
    ("invoice-one-period", ("InvoiceIssuerName", "InvoiceId"), "BillingPeriodStart"),
    ("invoice-one-period", ("InvoiceIssuerName", "InvoiceId"), "BillingPeriodEnd"),
    ("invoice-one-period", ("InvoiceIssuerName", "InvoiceId"), "BillingAccountId"),
)


@dataclass(slots=True)
class UsedOnce:
    """The values of ``column`` are given and differ from each other, over the whole file."""

    rule: str
    column: str
    seen: list[pl.Series] = field(default_factory=list)

    def see(self, batch: Batch, _: Findings) -> None:
        """Remember the values of a batch."""
        height = batch.frame.height
        values = (
            batch.frame[self.column] if batch.has(self.column) else pl.repeat(None, height, dtype=pl.String, eager=True)
        )
        self.seen.append(values)

    def end(self, name: str, findings: Findings) -> None:
        """Add what is absent or there again; to be called behind the last batch of the file of this name."""
        if not self.seen:
            return
        values = pl.DataFrame({"value": pl.concat(self.seen)})
        wrong = pl.col("value").is_null() | ~pl.col("value").is_first_distinct()
        rows = values.lazy().with_row_index("#", offset=1).filter(wrong).collect()
        shown = (
            Finding(self.rule, name, row, self.column, quoted(value), "a value that no other row has")
            for row, value in rows.head(findings.room(self.rule)).rows()
        )
        findings.add_all(shown, self.rule, rows.height)
