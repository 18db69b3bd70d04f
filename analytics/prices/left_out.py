"""What an import leaves out of a price list, and why. Nothing is dropped uncounted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """Why a figure or an entry of a price list did not become a price."""

    NO_USAGE_CLASS = "no_usage_class"  # billed in a unit without a usage class: seconds, pixels, pages, characters
    NO_PRICE = "no_price"  # the entry names a model and no price of it
    NOT_A_MODEL = "not_a_model"  # the entry describes a size class, an example or a setting
    FINER_THAN_15_DECIMALS = "finer_than_15_decimals"  # a repeating fraction that cannot be stored exactly
    ALL_ZERO = "all_zero"  # the list writes 0 for free, for self-hosted and for unknown alike
    ZERO_CACHE_WRITE = "zero_cache_write"  # 0 beside a paid input means "no surcharge", not "free"
    BAND_WITHOUT_BASE = "band_without_base"  # a price above a threshold and none below it
    INCOMPLETE_TIER = "incomplete_tier"  # a service tier that lacks the input or the output price
    REASONING_PRICED_APART = "reasoning_priced_apart"  # one output class cannot carry two output prices
    BILLED_BY_IMAGE_TOKEN = "billed_by_image_token"  # the price by image restates the price by image token # noqa: S105 - no password
    WEEKDAY_WINDOW = (
        "weekday_window"  # off-peak hours beside service tiers or context bands: which of them they cut is unsaid
    )
    CONDITION_NOT_MODELLED = "condition_not_modelled"  # prices that depend on a route, a search type, a context size
    STALE_VENDOR_DATE = "stale_vendor_date"  # a curated date for a change the source does not have
    OTHER_CURRENCY = "other_currency"  # the same price in a vendor's own unit of account
    DUPLICATE_ENTRY = "duplicate_entry"  # the same seller, model and region under a second name
    UNKNOWN_FIELD = "unknown_field"  # a field this import has not been taught


class LeftOut(NamedTuple):
    """One thing left out: why, which field or condition, of which entry of the list."""

    reason: Reason
    what: str
    entry: str


class Tally(NamedTuple):
    """How often one thing was left out of one source, with the first entry as an example."""

    source: str
    reason: Reason
    what: str
    times: int
    example: str

    @property
    def text(self) -> str:
        """It as a line for people.

        >>> Tally("a list", Reason.NO_PRICE, "model", 2, "azure/house-model").text
        'left out of a list, 2 times: model (no price), for instance azure/house-model'
        """
        times = "once" if self.times == 1 else f"{self.times} times"
        why = self.reason.replace("_", " ")
        return f"left out of {self.source}, {times}: {self.what} ({why}), for instance {self.example}"


def tallied(source: str, left_out: Sequence[LeftOut]) -> list[Tally]:
    """Count what was left out by reason and field, most frequent first within a reason."""
    counts = Counter((item.reason, item.what) for item in left_out)
    examples = _first_entries(left_out)
    ordered = sorted(counts.items(), key=lambda found: (found[0][0], -found[1], found[0][1]))
    return [Tally(source, reason, what, count, examples[reason, what]) for (reason, what), count in ordered]


def _first_entries(left_out: Iterable[LeftOut]) -> dict[tuple[Reason, str], str]:
    examples: dict[tuple[Reason, str], str] = {}
    for item in left_out:
        examples.setdefault((item.reason, item.what), item.entry)
    return examples
