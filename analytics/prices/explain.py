"""Explaining a cost: which price served which line, where it comes from, and why a line has none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from analytics.prices.book import PriceBook, Resolution
from analytics.prices.keys import PriceKey
from analytics.prices.price import Price
from analytics.prices.rating import Line, prompt_tokens, rate
from collector.dialects.usage_classes import UsageClass


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """A rated line with the price row behind it; None when it is unpriced."""

    line: Line
    price: Price | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a usage costs, and how that came about. `cost_usd` sums the priced lines; None when there is none."""

    key: PriceKey
    resolution: Resolution
    at: datetime
    prompt_tokens: int | Decimal
    lines: tuple[ExplainedLine, ...]

    @property
    def cost_usd(self) -> Decimal | None:
        """Sum of the priced lines."""
        costs = [found.line.cost_usd for found in self.lines if found.line.cost_usd is not None]
        return sum(costs, Decimal(0)) if costs else None

    @property
    def is_complete(self) -> bool:
        """Whether every line is priced."""
        return all(found.line.reason is None for found in self.lines)


def explain(book: PriceBook, key: PriceKey, *, at: datetime, usage: Mapping[UsageClass, int | Decimal]) -> Explanation:
    """Rate a usage and keep the price rows that did it."""
    resolution = book.resolve(key)
    total = prompt_tokens(usage)
    lines = rate(usage, resolution, at=at)
    return Explanation(key, resolution, at, total, tuple(_explained(line, resolution, at, total) for line in lines))


def text(explanation: Explanation) -> str:
    """Return the explanation for a person to read."""
    return "\n".join(_sentences(explanation))


def _explained(line: Line, resolution: Resolution, at: datetime, total: int | Decimal) -> ExplainedLine:
    row = None if resolution.prices is None else resolution.prices.row(line.usage_class, at, total)
    return ExplainedLine(line, None if row is None else row.price)


def _sentences(explanation: Explanation) -> Iterator[str]:
    key, prices = explanation.key, explanation.resolution.prices
    asked = f"{key.provider or '(no provider)'} / {key.model or '(no model)'}"
    if prices is None:
        yield f"{asked}: unpriced, {explanation.resolution.reason}"
        return
    priced_as = f"{prices.seller}/{prices.model}, tier {prices.service_tier}"
    yield f"{asked}: priced as {priced_as}, at {explanation.at.isoformat()}"
    yield f"{explanation.prompt_tokens} prompt tokens decide the context band"
    for found in explanation.lines:
        yield f"  {_line(found)}"
    cost = "none" if explanation.cost_usd is None else f"{explanation.cost_usd:f} USD"
    yield f"cost: {cost}" + ("" if explanation.is_complete else ", without the unpriced lines")


def _line(found: ExplainedLine) -> str:
    line, price = found.line, found.price
    if price is None or line.cost_usd is None:
        return f"{line.usage_class}: {line.quantity}, unpriced: {line.reason}"
    borrowed = f", borrowed from {line.borrowed_from}" if line.borrowed_from else ""
    return (
        f"{line.usage_class}: {line.quantity} x {price.unit_price_usd:f} = {line.cost_usd:f} USD "
        f"({price.price_id}; {price.source}, {price.confidence}, recorded {price.recorded_on}{borrowed})"
    )
