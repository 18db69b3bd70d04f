"""The committed price lists, each asked in its own way for the prices of a seller's model."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from analytics.prices.agreement import clipped, windows_of_agreement
from analytics.prices.matching import Rule, matches, with_dashed_date
from analytics.prices.price import Price
from analytics.prices.price_file import PriceFile, filed, read
from analytics.prices.sellers import Seller
from analytics.prices.service_tiers import PLAIN
from analytics.prices.uplifts import Uplifts

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class GenaiPrices:
    """The genai-prices list: models answer to rules, providers may sell another provider's models."""

    file: PriceFile
    providers: tuple[Mapping[str, Any], ...] = field(repr=False)
    model_lines: tuple[str, ...] = field(repr=False)

    @classmethod
    def load(cls, folder: Path) -> "GenaiPrices":
        """Open the committed files; the rules of the models are parsed at the first lookup."""
        providers = (folder / "genai_prices_providers.jsonl").read_text(encoding="utf-8").splitlines()
        models = (folder / "genai_prices_models.jsonl").read_text(encoding="utf-8").splitlines()
        return cls(read(folder / "genai_prices.csv"), tuple(map(json.loads, providers[1:])), tuple(models[1:]))

    def prices(self, provider: str, model: str) -> tuple[Price, ...] | None:
        """Prices of the first model of a provider that answers to a name; None when none does.

        A provider that resells falls back to the other provider's list price, without that one's service tiers.
        """
        found = self.model_called(provider, model)
        if found is not None:
            return self.file.prices(provider, found)
        for other in self._fallbacks.get(provider, ()):
            found = self.model_called(other, model)
            if found is not None:
                return tuple(price for price in self.file.prices(other, found) if price.tier == PLAIN)
        return None

    def model_called(self, provider: str, model: str) -> str | None:
        """Return the list's own name of a provider's model, by its rules; None when none answers."""
        rules = self._rules.get(provider, ())
        names = dict.fromkeys((model, with_dashed_date(model)))
        return next((name for spelt in names for name, rule in rules if matches(rule, spelt)), None)

    def knows_provider(self, name: str) -> bool:
        """Whether the list has a provider of this id."""
        return name in self._fallbacks

    def provider_called(self, name: str) -> str | None:
        """Provider id for a reported provider, by the list's own rules."""
        return next((record["provider"] for record in self.providers if matches(record["provider_match"], name)), None)

    def providers_selling(self, model: str) -> tuple[str, ...]:
        """Return the providers whose models are named like this and which have this one."""
        named = (record["provider"] for record in self.providers if matches(record["model_match"], model))
        return tuple(provider for provider in named if self.prices(provider, model))

    @cached_property
    def _fallbacks(self) -> dict[str, tuple[str, ...]]:
        return {record["provider"]: tuple(record["fallback_providers"]) for record in self.providers}

    @cached_property
    def _rules(self) -> dict[str, list[tuple[str, Rule]]]:
        result: dict[str, list[tuple[str, Rule]]] = {}
        for record in map(json.loads, self.model_lines):
            result.setdefault(record["provider"], []).append((record["model"], record["match"]))
        return result


@dataclass(frozen=True)
class LitellmMap:
    """LiteLLM's map: models have exactly the names it lists."""

    file: PriceFile

    @classmethod
    def load(cls, folder: Path) -> "LitellmMap":
        """Open the committed file."""
        return cls(read(folder / "litellm.csv"))

    def prices(self, sellers: tuple[str, ...], model: str, region: str = "") -> tuple[Price, ...]:
        """Prices of a model at the first of the sellers that has it in a region; () when none does."""
        return next((found for seller in sellers if (found := self.file.prices(seller, model, region))), ())

    def sellers_of(self, model: str) -> tuple[str, ...]:
        """Sellers the map lists under the model's bare name, without a seller before it."""
        return self._bare.get(model, ())

    def knows_seller(self, name: str) -> bool:
        """Whether the map has a seller of this name."""
        return name in self._sellers

    def knows_region(self, name: str) -> bool:
        """Whether the map has prices of their own for a region of this name."""
        return name in self._regions

    @cached_property
    def _bare(self) -> dict[str, tuple[str, ...]]:
        result: dict[str, set[str]] = {}
        for (seller, model, region), lines in self.file.lines.items():
            if not region and lines[0].rpartition(",")[2].lower() == model:
                result.setdefault(model, set()).add(seller)
        return {model: tuple(sorted(sellers)) for model, sellers in result.items()}

    @cached_property
    def _sellers(self) -> frozenset[str]:
        return frozenset(seller.provider for seller in self.file.lines)

    @cached_property
    def _regions(self) -> frozenset[str]:
        return frozenset(seller.region for seller in self.file.lines if seller.region)


@dataclass(frozen=True)
class Lists:
    """All lists, as one price book uses them."""

    genai: GenaiPrices
    litellm: LitellmMap
    curated: PriceFile = field(default_factory=lambda: filed("curated.csv", "curated", date.min, ()))
    uplifts: Uplifts = field(default_factory=Uplifts)

    @classmethod
    def load(cls, folder: Path = DATA) -> "Lists":
        """Open the committed files."""
        curated = read(folder / "curated.csv")
        return cls(GenaiPrices.load(folder), LitellmMap.load(folder), curated, Uplifts.load(folder / "uplifts.csv"))

    def layers(self, seller: Seller, model: str, region: str) -> tuple[tuple[Price, ...], ...]:
        """Prices of a model at a seller, highest precedence first.

        Curated prices come first. Prices of exactly this region stand alone otherwise, because to fill their gaps from
        elsewhere would mix two regions. LiteLLM's map fills the gaps of genai-prices in the dates in which both say the
        same plain prices: elsewhere the map, which is a photograph of one day, speaks of another price or model.
        """
        names = self._names(seller, model)
        curated = self._curated(seller, names, region)
        of_region = self.litellm.prices(seller.litellm, model, region) if region else ()
        if of_region:
            return (curated, of_region)
        listed = (self.genai.prices(seller.genai, model) if seller.genai else None) or ()
        mapped = self.litellm.prices(seller.litellm, model)
        agreed = windows_of_agreement((*curated, *listed), mapped)
        layers = (curated, listed, clipped(mapped, agreed))
        uplift = self.uplifts.of(seller.litellm, names, region)
        return layers if uplift is None else tuple(uplift.applied(layer) for layer in layers)

    def _names(self, seller: Seller, model: str) -> tuple[str, ...]:
        """Return the model's name as asked, and as genai-prices has it."""
        listed = self.genai.model_called(seller.genai, model) if seller.genai else None
        return (model,) if listed in (None, model) else (model, str(listed))

    def _curated(self, seller: Seller, names: tuple[str, ...], region: str) -> tuple[Price, ...]:
        sellers = dict.fromkeys(name for name in (seller.name, seller.genai, *seller.litellm) if name)
        found = (
            self.curated.prices(name, model, place)
            for name in sellers
            for model in names
            for place in dict.fromkeys((region, ""))
        )
        return next((prices for prices in found if prices), ())


def fingerprint(folder: Path = DATA) -> dict[str, str]:
    """SHA-256 of every file of the lists, by its name: which prices were in force."""
    return {entry.name: sha256(entry.read_bytes()).hexdigest() for entry in sorted(folder.iterdir()) if entry.is_file()}
