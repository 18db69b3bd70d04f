"""All words of a batch of charges: what price, people and entry words say of each combination, joined to it."""

from dataclasses import dataclass
from datetime import date
from functools import partial

import polars as pl

from analytics.focus import entry_words, people_words, price_words
from analytics.focus.lexicon import Lexicon
from analytics.focus.period import PeriodInfo
from analytics.focus.price_words import MONEY, Terms
from analytics.focus.settings import Chargeback


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said of the charges of one export: three lexicons, which grow while batches stream through."""

    price: Lexicon
    people: Lexicon
    entry: Lexicon
    constants: tuple[pl.Expr, ...]

    def said(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A batch of priced and amortised charges with all its words."""
        known = frame.with_columns(terms=_terms(), cost=_cost("cost_usd"), list_cost=_cost("list_cost_usd", "cost_usd"))
        for lexicon in (self.price, self.people, self.entry):
            known = lexicon.joined(known)
        return known.with_columns(*self.constants, InvoiceDetailId=_invoice_line())


def wording(terms: Chargeback, period: PeriodInfo) -> Wording:
    """Lexicons that know nothing yet."""
    account = terms.billing_account
    days = {"BillingPeriodStart": period.start, "BillingPeriodEnd": period.until}
    return Wording(
        Lexicon(price_words.KEYS, price_words.SCHEMA, partial(price_words.price_words, company=terms.company)),
        Lexicon(people_words.KEYS, people_words.SCHEMA, partial(people_words.people_words, terms=terms)),
        Lexicon(entry_words.KEYS, entry_words.SCHEMA, partial(entry_words.entry_words, month=period.month)),
        (
            *(_midnight(day).alias(name) for name, day in days.items()),
            *(pl.lit(getattr(account, part)).alias(f"BillingAccount{part.title()}") for part in ("id", "name", "type")),
        ),
    )  # fmt: skip


def _terms() -> pl.Expr:
    """By what a charge is priced: an entry of usage by its class, one with a split method by its share."""
    used = pl.col("entry").is_in(["usage", "reversal", "restatement"]) & pl.col("usage_class").is_not_null()
    shared = pl.col("entry").is_in(["shared", "reversal", "restatement"]) & pl.col("method").is_not_null()
    return (
        pl.when(used).then(pl.lit(Terms.USAGE)).when(shared).then(pl.lit(Terms.SHARE)).otherwise(pl.lit(Terms.AMOUNT))
    )


def _cost(*names: str) -> pl.Expr:
    return pl.coalesce(*names, pl.lit(0)).cast(MONEY)


def _invoice_line() -> pl.Expr:
    corrected = pl.when(pl.col("CorrectedMonth").is_not_null()).then(pl.concat_str(pl.lit("/"), "CorrectedMonth"))
    line = pl.concat_str("InvoiceId", "CostCenter", "ChargeCategory", separator="/")
    return pl.concat_str(line, corrected.otherwise(pl.lit("")))


def _midnight(day: date) -> pl.Expr:
    return pl.lit(day).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
