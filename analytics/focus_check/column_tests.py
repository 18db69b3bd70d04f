"""Tests that follow from the table of columns: nulls, closed lists and forms, for every column of a dataset."""

from collections.abc import Iterator

import polars as pl

from analytics.focus.columns import CUSTOM_PREFIX, Column, Form, Kind
from analytics.focus_check import forms, json_forms
from analytics.focus_check.row_tests import RowTest, ValueTest
from analytics.focus_check.source import Source

_PLACEHOLDER_IS_RIGHT = frozenset({"HostProviderName"})
"""1.3 forbids null here and knows no other word for a service without a host."""
_VALUE_TESTS = {
    Form.UTC_INSTANT: (("instant-form", forms.instant),),
    Form.UNIT: (("unit-form", forms.unit_form), ("unit-spelling", forms.unit_spelling)),
    Form.ISO_4217: (("currency-known", forms.currency),),
    Form.CURRENCY_OR_CREDITS: (("currency-known", forms.currency_or_credits),),
    Form.KEY_VALUE: (("key-value-form", json_forms.key_values), ("json-keys-once", json_forms.keys_once)),
    Form.JSON_OBJECT: (("json-form", json_forms.json_object), ("json-keys-once", json_forms.keys_once)),
}


def row_tests(source: Source) -> Iterator[RowTest]:
    """The row tests of each column that the file has."""
    is_for_spreadsheets = source.is_for_spreadsheets
    for name in dict.fromkeys(source.header()):
        known = source.known.get(name)
        if known is not None:
            yield from _of_column(known)
        if is_for_spreadsheets and (known is None or known.kind is Kind.STRING):
            yield _not_formula(name)
        if known is None and name.startswith(CUSTOM_PREFIX):
            yield _not_blank(name)


def value_tests(source: Source) -> Iterator[ValueTest]:
    """The value tests of each column that the file has."""
    known = source.known
    for name in dict.fromkeys(source.header()):
        if name in known:
            yield from (ValueTest(rule, name, wanted) for rule, wanted in _VALUE_TESTS.get(known[name].form, ()))
    if "SkuPriceDetails" in known:
        yield ValueTest("sku-details-keys", "SkuPriceDetails", json_forms.sku_details)


def _of_column(column: Column) -> Iterator[RowTest]:
    value = pl.col(column.name)
    if not column.nullable:
        yield RowTest("value-given", column.name, value.is_null(), "a value")
    if column.allowed:
        few = ", ".join(column.allowed[:6]) + (", ..." if len(column.allowed) > 6 else "")  # noqa: PLR2004 - fits a line
        yield RowTest("value-allowed", column.name, ~value.is_in(column.allowed), f"one of {few}")
    if column.form is Form.NUMBER:
        yield RowTest("number-form", column.name, ~value.str.contains(forms.NUMBER), "digits, such as -1234.5")
        well_formed = value.str.contains(forms.NUMBER)
        yield RowTest("number-exponent", column.name, well_formed & value.str.contains(forms.EXPONENT), "no exponent")
    if column.kind is Kind.STRING:
        yield _not_blank(column.name)
    if column.kind is Kind.STRING and column.name not in _PLACEHOLDER_IS_RIGHT:
        yield RowTest("text-no-placeholder", column.name, value.is_in(forms.PLACEHOLDERS), "null, or the value")


def _not_blank(name: str) -> RowTest:
    return RowTest("text-not-blank", name, pl.col(name).str.strip_chars() == "", "null, or a text")


def _not_formula(name: str) -> RowTest:
    value = pl.col(name)
    executes = value.str.contains(forms.FORMULA) & ~value.str.contains(forms.NUMBER)
    return RowTest("text-no-formula", name, executes, "a text that no spreadsheet executes")
