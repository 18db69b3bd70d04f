"""Uplifts: a factor on every price of a model for calls that one region served.

OpenAI takes 10 % more for processing in the EU or the US alone, Vertex AI for endpoints that are not the global one.
The factor goes on the list price of the moment, so that a dated price keeps its dates. A product with more than 15
decimals cannot be kept exactly: the class stays unpriced in that region.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from analytics.prices.amount import exact, product
from analytics.prices.price import Price

COLUMNS = ("provider", "model", "region", "multiplier", "source_ref")
REGIONAL = "regional"
"""Stands for every region of a seller that is a place."""
# what the places of a seller look like; `global` is none
PLACES: Mapping[str, re.Pattern[str]] = {"vertex_ai": re.compile(r"us|eu|[a-z]+-[a-z]+\d+")}


class Uplift(NamedTuple):
    """A factor, and the region it holds in, as the call named it."""

    multiplier: Decimal
    region: str

    def applied(self, prices: Iterable[Price]) -> tuple[Price, ...]:
        """Return the prices in this region; one that cannot be kept exactly is left out."""
        raised = ((price, exact(product(price.unit_price_usd, self.multiplier))) for price in prices)
        return tuple(
            replace(price, unit_price_usd=amount, region=self.region) for price, amount in raised if amount is not None
        )


@dataclass(frozen=True)
class Uplifts:
    """The factors of a list, by seller, model and region."""

    source: str = ""
    factors: Mapping[tuple[str, str, str], str] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, path: Path) -> "Uplifts":
        """Open the committed file."""
        lines = path.read_text(encoding="utf-8").splitlines()
        source = next((line[1:].partition(":")[2].strip() for line in lines if line.startswith("# source:")), "")
        return cls.of_lines(source, [line for line in lines if not line.startswith("#")][1:])

    @classmethod
    def of_lines(cls, source: str, lines: Iterable[str]) -> "Uplifts":
        """Return the factors of lines without header."""
        cells = (line.split(",") for line in lines)
        return cls(source, {(row[0], row[1], row[2]): ",".join(row[3:]) for row in cells})

    def lines(self) -> tuple[str, ...]:
        """The lines, without header, in their order."""
        return tuple(",".join((*key, rest)) for key, rest in self.factors.items())

    def of(self, sellers: Iterable[str], models: Iterable[str], region: str) -> Uplift | None:
        """Return the factor for a model in a region; None when the plain price holds there."""
        if not region:
            return None
        names = tuple(models)
        found = (self._factor(seller, model, region) for seller in sellers for model in names)
        return next((Uplift(factor, region) for factor in found if factor is not None), None)

    def _factor(self, seller: str, model: str, region: str) -> Decimal | None:
        places = PLACES.get(seller)
        words = (region, REGIONAL) if places is not None and places.fullmatch(region) else (region,)
        found = next(
            (self.factors[seller, model, word] for word in words if (seller, model, word) in self.factors), None
        )
        return None if found is None else Decimal(found.partition(",")[0])
