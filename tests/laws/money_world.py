"""A month of usage with one of everything, and what each unit of it costs.

Prices are stated here as text, costs are fractions: nothing of the project computes anything on this page.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from analytics.allocation.owner import Owner
from analytics.allocation.resources import Hourly, Resource, ResourceKind, UsedBy
from analytics.allocation.rules import AttributionRule, Conditions, Words
from analytics.allocation.shared_settings import Among, SharedCost, SplitBy
from analytics.allocation.usage import UsageMeasure
from analytics.prices import Price, PriceBook
from analytics.prices.lists import GenaiPrices, Lists, LitellmMap
from analytics.prices.price_file import PriceFile, filed, line_of
from analytics.prices.service_tiers import Processing
from analytics.prices.stated import stated_prices
from analytics.prices.uplifts import Uplifts
from collector.dialects.usage_classes import UsageClass
from tests.analytics.derive.house import S

MONTH = date(2026, 11, 1)
FIRST, AFTER = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
CHANGE = datetime(2026, 11, 10, 16, tzinfo=UTC)
MOVED = datetime(2026, 11, 12, tzinfo=UTC)
CLIFF = 200_000
UPLIFT, LEFT = Fraction(11, 10), Fraction(88, 100)
"""Of a region, and what a discount of 12 % leaves."""

ALPHA = {"input_uncached": "0.0000025", "cache_read": "0.00000125", "output": "0.00001"}
ALPHA_LATER = {"input_uncached": "0.000002", "cache_read": "0.000001", "output": "0.000008"}
ALPHA_FLEX = {"input_uncached": "0.00000125", "output": "0.000005"}  # no cached input: that stays unpriced
ALPHA_BATCH = {"input_uncached": "0.0000012", "output": "0.0000045"}
ALPHA_CONTRACT = {"cache_read": "0.0000009"}
BETA_SHORT = {
    "input_uncached": "0.000003", "cache_read": "0.0000003", "cache_write_5m": "0.00000375",
    "cache_write_1h": "0.000006", "output": "0.000015", "search_units": "0.01",
}  # fmt: skip
BETA_LONG = BETA_SHORT | {
    "input_uncached": "0.000006", "cache_read": "0.0000006", "cache_write_5m": "0.0000075",
    "cache_write_1h": "0.000012", "output": "0.0000225",
}  # fmt: skip
GAMMA_PEAK = {"input_uncached": "0.00000056", "output": "0.00000168"}
GAMMA_CALM = {"input_uncached": "0.00000028", "output": "0.00000084"}
GAMMA_FEE = "0.005"
HOUSE = {"input_uncached": "0.000000000000001", "output": "0.000333333333333"}
PEAK = 1_800, 59_400  # 00:30-16:30
WORKDAYS, WEEKEND = 0b0011111, 0b1100000

RULES = (
    AttributionRule("shop", Conditions(service=("shop",)), Words(team="retail")),
    AttributionRule("moved", Conditions(team=("c",)), Words(team="b"), only_missing=False, effective_from="2026-11-12"),
    AttributionRule("pay", Conditions(team=("?*",)), Words(cost_center="CC-{team}")),
)
VECTORS = SharedCost(
    "vectors", Decimal("100.01"), Owner("platform"), "pinecone",
    split=SplitBy.USAGE, by=UsageMeasure.TOKENS, among=Among.TEAM,
)  # fmt: skip
POOL_DAYS = (9, 10, 11)
POOL = Resource(
    "pool", ResourceKind.GPU, Owner("platform", "platform", "CC-platform"),
    (Hourly(Decimal("2.10"), 3, "2026-11-09", "2026-11-12"),), UsedBy(provider=("vllm",)),
)  # fmt: skip
POOL_DAY_USD = Fraction("151.2")  # 24 h x 3 x 2.10


def book() -> PriceBook:
    """A list of three sellers, an uplift of a region, and contracts over it."""
    week, calm = {"weekdays": WORKDAYS}, GAMMA_CALM
    peak = {"tod_start_s": PEAK[0], "tod_end_s": PEAK[1]}
    listed = [
        *_prices("openai", "alpha", ALPHA, effective_until=CHANGE),
        *_prices("openai", "alpha", ALPHA_LATER, effective_from=CHANGE),
        *_prices("openai", "alpha", ALPHA_FLEX, service_tier="flex"),
        *_prices("openai", "alpha", ALPHA_BATCH, processing=Processing.BATCH),
        *_prices("anthropic", "beta", BETA_SHORT, context_until=CLIFF),
        *_prices("anthropic", "beta", BETA_LONG, context_above=CLIFF),
        *_prices("deepseek", "gamma", GAMMA_PEAK, **week, **peak),
        *_prices("deepseek", "gamma", calm, **week, tod_end_s=PEAK[0]),
        *_prices("deepseek", "gamma", calm, **week, tod_start_s=PEAK[1]),
        *_prices("deepseek", "gamma", calm, weekdays=WEEKEND),
        *_prices("deepseek", "gamma", {"requests": GAMMA_FEE}),
    ]
    contracts = stated_prices(
        [
            {"provider": "openai", "model": "alpha", "usd_per_million": {"cache_read": "0.9"}},
            {"provider": "anthropic", "model": "*", "discount": "0.12", "weekdays": "mon-fri", "hours": "22:00-06:00"},
            {"provider": "acme", "model": "house-4", "usd_each": HOUSE},
        ],
        "burnline.yaml",
        date(2026, 1, 1),
    )
    lists = Lists(
        GenaiPrices(_file("genai_prices.csv", ()), (), ()),
        LitellmMap(_file("litellm.csv", ())),
        _file("curated.csv", listed),
        Uplifts.of_lines("stated", ["openai,alpha,eu,1.1,openai/alpha"]),
    )
    return PriceBook(lists).with_rows(contracts)


def _prices(provider: str, model: str, figures: Mapping[str, str], **said: object) -> Iterator[Price]:
    for name, figure in figures.items():
        named = {"source": "stated", "source_ref": f"{provider}/{model}"}
        yield Price(provider, model, UsageClass(name), Decimal(figure), **named, **said)


def _file(name: str, prices: Iterable[Price]) -> PriceFile:
    return filed(name, "stated", date(2026, 1, 1), map(line_of, prices))


@dataclass(frozen=True)
class Used:
    """One call, and whom it is for."""

    provider: str
    model: str
    start_ns: int
    usage: Mapping[str, int]
    """By usage class, disjoint."""
    team: str | None = None
    service: str = "desk"
    tier: str | None = None
    region: str | None = None
    failed: bool = False
    purpose: str = "answer"
    says: Mapping[str, object] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """Its start, cut to microseconds."""
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.start_ns // 1_000)

    @property
    def prompt_tokens(self) -> int:
        return sum(self.usage.get(name, 0) for name in _PROMPT)

    @property
    def tokens(self) -> int:
        return sum(quantity for name, quantity in self.usage.items() if name not in {"search_units", "requests"})

    @property
    def team_now(self) -> str | None:
        """The team after the rules."""
        if self.team == "c" and self.at >= MOVED:
            return "b"
        return self.team or ("retail" if self.service == "shop" else None)

    @property
    def cost_center(self) -> str | None:
        return f"CC-{self.team_now}" if self.team_now else None

    @property
    def amortised(self) -> bool:
        return self.provider == "vllm" and self.at.day in POOL_DAYS

    @property
    def lines(self) -> dict[str, tuple[int, str | Fraction | None, str | Fraction | None]]:
        """Quantity, list price and contracted price by usage class; no price: None for both."""
        billed = dict(self.usage) | ({"requests": 1} if self.provider == "deepseek" else {})
        return {name: (quantity, *self._prices(name)) for name, quantity in billed.items() if quantity}

    def _prices(self, name: str) -> tuple[Fraction | None, Fraction | None]:
        return _PRICES.get(self.provider, _unknown)(self, name)


_PROMPT = ("input_uncached", "cache_read", "cache_write_5m", "cache_write_1h")
_Pair = tuple[Fraction | None, Fraction | None]


def _unknown(_one: Used, _name: str) -> _Pair:
    return None, None


def _openai(one: Used, name: str) -> _Pair:
    if one.model != "alpha":
        return None, None
    plain = ALPHA if one.at < CHANGE else ALPHA_LATER
    figures = {None: plain, "default": plain, "flex": ALPHA_FLEX, "batch": ALPHA_BATCH}[one.tier]
    if name not in figures:
        return None, None
    listed = Fraction(figures[name]) * (UPLIFT if one.region == "eu" else 1)
    return listed, Fraction(ALPHA_CONTRACT[name]) if name in ALPHA_CONTRACT else listed


def _anthropic(one: Used, name: str) -> _Pair:
    listed = Fraction((BETA_LONG if one.prompt_tokens > CLIFF else BETA_SHORT)[name])
    night = one.at.hour >= 22 or one.at.hour < 6
    return listed, listed * (LEFT if night and one.at.weekday() < 5 else 1)


def _deepseek(one: Used, name: str) -> _Pair:
    second = one.at.hour * 3_600 + one.at.minute * 60 + one.at.second
    peak = one.at.weekday() < 5 and PEAK[0] <= second < PEAK[1]
    figure = GAMMA_FEE if name == "requests" else (GAMMA_PEAK if peak else GAMMA_CALM)[name]
    return Fraction(figure), Fraction(figure)


def _acme(_one: Used, name: str) -> _Pair:
    return None, Fraction(HOUSE[name])


_PRICES: Mapping[str, Callable[[Used, str], _Pair]] = {
    "openai": _openai,
    "anthropic": _anthropic,
    "deepseek": _deepseek,
    "acme": _acme,
}


def ns(at: datetime, plus_ns: int = 0) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1) * S + plus_ns


def month(chance: random.Random) -> list[list[Used]]:
    """Requests of a month: each a list of calls."""

    def some(most: int = 5_000) -> int:
        return chance.choice([1, chance.randrange(1, most), chance.randrange(1, most)])

    def whose() -> dict[str, str | None]:
        return {"team": chance.choice(["a", "b", "c", None]), "service": chance.choice(["shop", "desk"])}

    def sometime() -> int:
        return ns(FIRST) + chance.randrange(30) * 86_400 * S + chance.randrange(86_000) * S + chance.randrange(S)

    def alpha(start_ns: int, **more: object) -> Used:
        usage = {"input_uncached": some(), "cache_read": chance.choice([0, some()]), "output": some()}
        return Used("openai", "alpha", start_ns, usage, **more)

    def beta(start_ns: int, prompt: int) -> Used:
        read, write, hour = (chance.randrange(1, prompt // 4) for _ in range(3))
        usage = {
            "input_uncached": prompt - read - write - hour, "cache_read": read, "cache_write_5m": write,
            "cache_write_1h": hour, "output": some(), "search_units": chance.choice([0, 2]),
        }  # fmt: skip
        return Used("anthropic", "beta", start_ns, usage, **whose())

    def small(provider: str, model: str, start_ns: int) -> Used:
        return Used(provider, model, start_ns, {"input_uncached": some(), "output": some()}, **whose())

    def at(day: int, hour: int = 12, minute: int = 0, plus_ns: int = 0) -> int:
        return ns(datetime(2026, 11, day, hour, minute, tzinfo=UTC), plus_ns)

    who, begun = whose(), at(chance.randrange(1, 12), chance.randrange(20), 7)
    retried = [
        alpha(begun, failed=True, purpose="failed_attempt", **who),
        alpha(begun + 5 * S, purpose="retry", **who),
        Used("openai", "mystery", begun + 9 * S, {"input_uncached": some(), "output": some()}, **who),
    ]
    tiers = [alpha(sometime(), tier=tier, **whose()) for tier in (None, "default", "flex", "batch")]
    regions = [alpha(sometime(), region=region, **whose()) for region in ("eu", "elsewhere")]
    changes = [alpha(ns(CHANGE, plus_ns), **whose()) for plus_ns in (-1, 0, 1)]
    moves = [alpha(ns(MOVED, plus_ns), team="c") for plus_ns in (-1, 0)]
    ends = [alpha(ns(FIRST), **whose()), alpha(ns(AFTER, -1), **whose())]
    cliffs = [beta(sometime(), prompt) for prompt in (CLIFF - 1, CLIFF, CLIFF + 1)]
    # Friday the 13th at 22:00 begins a night, Saturday at 00:00 ends its discount, Monday at 06:00 is over.
    nights = [beta(at(day, hour, 0, d), 10_000) for day, hour in ((13, 22), (14, 0), (16, 0), (16, 6)) for d in (-1, 0)]
    peaks = [small("deepseek", "gamma", at(13, *edge, d)) for edge in ((0, 30), (16, 30)) for d in (-1, 0)]
    peaks += [small("deepseek", "gamma", at(14, 12))]
    own = [small("vllm", "llama-7", at(day, 13, some(59))) for day in (9, 9, 11, 20)]  # nobody on the 10th
    rest = [small("acme", "house-4", sometime()), small("openai", "mystery", sometime())]
    alone = [*tiers, *regions, *changes, *moves, *ends, *cliffs, *nights, *peaks, *own, *rest]
    return [retried, *([one] for one in alone)]
