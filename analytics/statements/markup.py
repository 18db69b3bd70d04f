"""The few pieces of HTML that pages are made of. Text goes through ``escape`` here, and nowhere around it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from html import escape
from importlib import resources

from analytics.statements.cents import usd
from analytics.statements.statement import Table

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Of the page: nothing is loaded and nothing runs, whatever a name contains."""


def page(title: str, body: Iterable[str]) -> str:
    """A whole page that needs nothing but itself."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
        + "\n".join(part for part in body if part)
        + "\n</body>\n</html>\n"
    )


def heading(text: str) -> str:
    """A heading of a section."""
    return f"<h2>{escape(text)}</h2>"


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph of plain text."""
    named = f' class="{kind}"' if kind else ""
    return f"<p{named}>{escape(text)}</p>"


def facts(pairs: Iterable[tuple[str, str | None]]) -> str:
    """Names and values; those without a value are left out."""
    said = "".join(f"<dt>{escape(name)}</dt>{_value(value)}" for name, value in pairs if value)
    return f"<dl>{said}</dl>"


def amounts(table: Table) -> str:
    """A table of amounts with its total."""
    header = (*table.header, "USD")
    lines = [(*texts, usd(amount)) for texts, amount in table.lines]
    foot = ("Total", *[""] * (len(header) - 2), usd(table.total))
    return heading(table.title) + grid(table.title, header, [tuple(map(escape, line)) for line in lines], foot)


def grid(caption: str, header: Sequence[str], lines: Iterable[Sequence[str]], foot: Sequence[str] = ()) -> str:
    """A table; its cells are markup already, its caption, header and foot are text."""
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    rows = "".join(f"<tr>{''.join(_cells(line))}</tr>" for line in lines)
    total = f"<tfoot><tr>{''.join(_cells(tuple(map(escape, foot))))}</tr></tfoot>" if foot else ""
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody>{total}</table>"
    )


def money(amount: Decimal) -> str:
    """The amount the page is about."""
    return f'<p class="total">USD {usd(amount)}</p>'


def _value(text: str) -> str:
    return f'<dd class="hash">{escape(text)}</dd>' if text.startswith("sha256 ") else f"<dd>{escape(text)}</dd>"


def _cells(line: Sequence[str]) -> Iterable[str]:
    yield f'<th scope="row">{line[0]}</th>'
    yield from (f"<td>{cell}</td>" for cell in line[1:])


@cache
def _style() -> str:
    return resources.files("analytics.statements").joinpath("style.css").read_text(encoding="utf-8")
