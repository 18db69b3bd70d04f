"""Explaining a cost: which price served which line and why, what lay under it, and what would have fitted but for what.

Nothing here decides anything: the lines come from `rating.rate`, the prices from the book; this only tells every
condition with its verdict.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from analytics.prices.book import PriceBook, Resolution, Sources
from analytics.prices.contracts import prices_class
from analytics.prices.keys import PriceKey
from analytics.prices.layers import ClassPrice
from analytics.prices.price import Discount, Price, Stated
from analytics.prices.rating import Line, prompt_tokens, rate
from analytics.prices.service_tiers import tier_of
from analytics.prices.windows import DAY_S, When, clock, instant_text, weekday_mask, weekday_words
from collector.dialects.usage_classes import UsageClass

_NEAR = 6
"""Rows that did not fit which are told of one line, at most."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One condition of a price, what it asks for, what the call has, and whether that is so."""

    condition: str
    asked: str
    found: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that spoke about a line: what it would charge, and its conditions."""

    price_id: str
    figure: str
    verdicts: tuple[Verdict, ...]

    @property
    def fits(self) -> bool:
        """Whether every condition holds."""
        return all(verdict.holds for verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """A rated line with the price behind it; None when it is unpriced."""

    line: Line
    row: ClassPrice | None
    verdicts: tuple[Verdict, ...]
    under: tuple[Candidate, ...]
    """Rows that fit as well and that the price goes before."""
    near: tuple[Candidate, ...]
    """Rows that do not fit, those with the fewest failed conditions first."""

    @property
    def price(self) -> Price | None:
        """What is paid."""
        return None if self.row is None else self.row.price


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a usage costs, and how that came about. `cost_usd` sums the priced lines; None when there is none."""

    key: PriceKey
    resolution: Resolution
    sources: Sources
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
    """Rate a usage and keep what did it."""
    resolution, sources = book.resolve(key), book.sources(key, at)
    total = prompt_tokens(usage)
    lines = rate(usage, resolution, at=at)
    call = _Call(key, at, total)
    told = tuple(_explained(line, resolution, sources, call) for line in lines)
    return Explanation(key, resolution, sources, at, total, told)


@dataclass(frozen=True, slots=True)
class _Call:
    key: PriceKey
    at: datetime
    total: int | Decimal


def _explained(line: Line, resolution: Resolution, sources: Sources, call: _Call) -> ExplainedLine:
    prices = resolution.prices
    row = None if prices is None else prices.row(line.usage_class, call.at, call.total)
    served = line.borrowed_from or line.usage_class
    chosen = set() if row is None else {row.price.price_id} | ({row.list_price.price_id} if row.list_price else set())
    chosen |= set() if row is None else {one.price_id for one in sources.stated if _made(one, row.price)}
    others = [one for one in _candidates(sources, served, call) if one.price_id not in chosen]
    near = sorted((one for one in others if not one.fits), key=lambda one: sum(not v.holds for v in one.verdicts))
    verdicts = () if row is None else tuple(_window_verdicts(row.when, call))
    return ExplainedLine(line, row, verdicts, tuple(one for one in others if one.fits), tuple(near[:_NEAR]))


def _made(stated: Stated, price: Price) -> bool:
    """Whether a price is what a discount left of the list."""
    same = (stated.source, stated.when) == (price.source, price.when)
    return isinstance(stated, Discount) and same and stated.entry == price.source_ref


def _candidates(sources: Sources, usage_class: UsageClass, call: _Call) -> Iterator[Candidate]:
    """Return every row that speaks about a class, in any tier."""
    tier = tier_of(call.key.service_tier)
    stated = (row for row in sources.stated if row.usage_class in (None, usage_class))
    listed = (price for layer in sources.listed for price in layer if price.usage_class is usage_class)
    for row in (*stated, *listed):
        of_tier = Verdict("tier", _tier_words(row), tier.label, prices_class(row, usage_class, tier))
        yield Candidate(row.price_id, _figure(row), (of_tier, *_window_verdicts(row.when, call)))


def _window_verdicts(when: When, call: _Call) -> Iterator[Verdict]:
    """Return the conditions of a window that are not open, with the call's own values."""
    at = call.at.astimezone(UTC)
    second = at.hour * 3600 + at.minute * 60 + at.second
    if when.effective_from is not None or when.effective_until is not None:
        edges = (when.effective_from, when.effective_until)
        asked = " to ".join("open" if edge is None else instant_text(edge) for edge in edges)
        yield Verdict("date", asked, instant_text(at), When(*edges).in_force(at))
    if when.weekdays is not None:
        today = weekday_words(weekday_mask([at.weekday()]))
        yield Verdict("weekday", weekday_words(when.weekdays), today, bool(when.weekdays >> at.weekday() & 1))
    if when.tod_start_s is not None or when.tod_end_s is not None:
        start, end = when.tod_start_s or 0, when.tod_end_s or DAY_S
        yield Verdict("hours UTC", f"{clock(start)}-{clock(end)}", clock(second), start <= second < end)
    if when.context_above is not None or when.context_until is not None:
        bounds = [f"over {when.context_above}"] if when.context_above is not None else []
        bounds += [f"up to {when.context_until}"] if when.context_until is not None else []
        yield Verdict("prompt tokens", " and ".join(bounds), str(call.total), when.covers(call.total))


def _tier_words(row: Stated) -> str:
    if isinstance(row, Price):
        return row.tier.label
    return " ".join(word for word in (row.service_tier, row.processing) if word) or "any"


def _figure(row: Stated) -> str:
    return f"{row.ratio:f} off the list" if isinstance(row, Discount) else f"{row.unit_price_usd:f}"
