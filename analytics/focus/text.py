"""Frames as text for CSV: exact decimals, instants in UTC, and cells that a spreadsheet cannot execute.

A decimal is written without exponent and without zeros nobody needs, but always with a place behind the point: readers
that guess types would take a column of whole numbers for integers. Two forms:

    machine      the data as it is
    spreadsheet  text that a spreadsheet would execute begins with ', every cell stands in quotes, UTF-8 with a mark

>>> defused("=cmd|' /C calc'!A0"), defused("gpt-4o"), defused(None)
("'=cmd|' /C calc'!A0", 'gpt-4o', None)
"""

import io

import polars as pl

from analytics.focus.profiles import Form

EXECUTED = "=+-@\t\r\n"
"""A text that begins with one of these is a formula, or hides one."""
_BEGINS = r"^[=+\-@\t\r\n]"
INSTANT_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def defused(text: str | None) -> str | None:
    """A text that no spreadsheet executes."""
    return f"'{text}" if text and text[0] in EXECUTED else text


def csv_bytes(frame: pl.DataFrame, form: Form, *, header: bool) -> memoryview:
    """The frame as lines of CSV, quoted as in RFC 4180, ended by a line feed."""
    columns = [_written(name, kind, form) for name, kind in frame.schema.items()]
    lines = io.BytesIO()
    frame.lazy().select(columns).collect().write_csv(
        lines,
        include_header=header,
        datetime_format=INSTANT_FORMAT,
        quote_style="always" if form is Form.SPREADSHEET else "necessary",
    )
    return lines.getbuffer()


def _written(name: str, kind: pl.DataType, form: Form) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, pl.Decimal):
        return plain_decimal(column).alias(name)
    if form is Form.SPREADSHEET and kind == pl.String:
        return (
            pl.when(column.str.contains(_BEGINS)).then(pl.concat_str(pl.lit("'"), column)).otherwise(column).alias(name)
        )
    return column


def plain_decimal(column: pl.Expr) -> pl.Expr:
    """A decimal column as text: ``0.00123``, ``50.0``."""
    digits = column.cast(pl.String).str.strip_chars_end("0")
    return pl.when(digits.str.ends_with(".")).then(digits + "0").otherwise(digits)
