"""The chart of a statement as SVG inside the page: bars of what each day cost, and the share of each model.

All coordinates are whole numbers, divided from cents. Every figure of the chart stands in a table beside it.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from html import escape

from analytics.statements.cents import CENT, usd

WIDTH, HEIGHT = 720, 200
_INK, _QUIET, _FILL = "#1c2430", "#47556a", "#2f6f9f"
"""Colours stand on the shapes themselves: programs that print pages do not all apply the page's style inside SVG."""
_TOP, _BOTTOM, _LEFT = 16, 22, 4
_BAR_HEIGHT, _LINE = 12, 30
MODELS_SHOWN = 8


def days_chart(days: Sequence[tuple[date, Decimal]], about: str) -> str:
    """Bars, one for each day of the month."""
    cents = [_in_cents(amount) for _, amount in days]
    highest = max([*cents, 1])
    step = (WIDTH - 2 * _LEFT) // max(1, len(days))
    room = HEIGHT - _TOP - _BOTTOM
    bars = [
        _bar(_LEFT + place * step, step - 3, room * max(0, amount) // highest, day, usd(amount * CENT))
        for place, ((day, _), amount) in enumerate(zip(days, cents, strict=True))
    ]
    largest = max(days, key=lambda each: each[1], default=None)
    most = f"Highest: USD {usd(largest[1])} on {largest[0]}." if largest else ""
    base = (
        f'<line x1="{_LEFT}" y1="{HEIGHT - _BOTTOM}" x2="{WIDTH - _LEFT}" y2="{HEIGHT - _BOTTOM}" stroke="{_QUIET}"/>'
    )
    scale = f'<text x="{_LEFT}" y="11" font-size="11" fill="{_INK}">USD {usd(highest * CENT)}</text>'
    return _svg("days", f"Cost of each day, {about}", most, HEIGHT, base + scale + "".join(bars))


def models_chart(models: Sequence[tuple[str, Decimal]], about: str) -> str:
    """Bars, one for each of the dearest models, and one for the others."""
    shown = list(models[:MODELS_SHOWN])
    others = sum((amount for _, amount in models[MODELS_SHOWN:]), Decimal(0))
    if others:
        shown.append((f"{len(models) - MODELS_SHOWN} others", others))
    cents = [_in_cents(amount) for _, amount in shown]
    total = sum(cents)
    highest = max([*cents, 1])
    bars = "".join(
        _level(place, name, (WIDTH - 2 * _LEFT) * max(0, amount) // highest, percent(amount, total))
        for place, ((name, _), amount) in enumerate(zip(shown, cents, strict=True))
    )
    said = "; ".join(f"{name} {percent(amount, total)}" for (name, _), amount in zip(shown, cents, strict=True))
    return _svg("models", f"Share of each model, {about}", said, _LINE * max(1, len(shown)), bars)


def percent(part: int, whole: int) -> str:
    """A share in whole per cents, as people read it.

    >>> percent(1, 3), percent(1, 1000), percent(0, 0)
    ('33 %', 'less than 1 %', '0 %')
    """
    if part <= 0 or whole <= 0:
        return "0 %"
    rounded = (200 * part + whole) // (2 * whole)
    return f"{rounded} %" if rounded else "less than 1 %"


def _bar(x: int, width: int, height: int, day: date, amount: str) -> str:
    top = HEIGHT - _BOTTOM - height
    tip = f"<title>{day}: USD {amount}</title>"
    middle = f'x="{x + width // 2}" y="{HEIGHT - 8}" text-anchor="middle"'
    bar = f'<rect x="{x}" y="{top}" width="{width}" height="{height}" fill="{_FILL}">{tip}</rect>'
    return bar + f'<text {middle} font-size="10" fill="{_QUIET}">{day.day}</text>'


def _level(place: int, name: str, width: int, share: str) -> str:
    top = place * _LINE
    label = f'<text x="{_LEFT}" y="{top + 11}" font-size="11" fill="{_INK}">{escape(_short(name))}: {share}</text>'
    return label + f'<rect x="{_LEFT}" y="{top + 15}" width="{width}" height="{_BAR_HEIGHT}" fill="{_FILL}"/>'


def _svg(name: str, title: str, description: str, height: int, content: str) -> str:
    return (
        f'<svg role="img" viewBox="0 0 {WIDTH} {height}" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"{content}</svg>"
    )


def _short(name: str, longest: int = 70) -> str:
    return name if len(name) <= longest else name[: longest - 1] + "…"


def _in_cents(amount: Decimal) -> int:
    return int(amount / CENT)
