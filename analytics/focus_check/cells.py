"""Cells of a row by their column's name, whether the file has the column or not: what is not there is null."""

from collections.abc import Callable, Iterable

import polars as pl

from analytics.focus_check import forms

Cells = Callable[[str], pl.Expr]
"""The cell of a column."""


def cells_of(header: Iterable[str]) -> Cells:
    """The cells of a file with these columns."""
    names = frozenset(header)
    return lambda name: pl.col(name) if name in names else pl.lit(None, dtype=pl.String)


def corrects(cell: Cells) -> pl.Expr:
    """Whether the row corrects a period that is already invoiced."""
    return cell("ChargeClass").eq_missing("Correction")


def is_a(cell: Cells, *categories: str) -> pl.Expr:
    """Whether the row is a charge of one of these categories."""
    return cell("ChargeCategory").is_in(categories).fill_null(value=False)


def number_in(value: pl.Expr) -> pl.Expr:
    """Whether there is a well-formed number, with which one can calculate."""
    return value.str.contains(forms.NUMBER).fill_null(value=False)


def is_zero(value: pl.Expr) -> pl.Expr:
    """Whether a well-formed number is zero, however it is written."""
    return value.str.contains(r"^-?0+(\.0+)?([eE]|$)")
