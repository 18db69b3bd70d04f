"""Service tiers and processing: what the response calls the speed or the queue it was served from, and what that means.

Two conditions hide in one reported word. The tier is how fast (standard, flex, priority ...), the processing is whether
somebody waited (realtime) or a batch was handed in (batch): "batch" is the standard tier in a batch, "flex-batch" the
flex tier in one. A tier not in the table is looked up under its own name. A tier without a price of its own is
unpriced: the standard price would be wrong by a factor of two, silently.
"""

from enum import StrEnum
from typing import NamedTuple

STANDARD = "standard"


class Processing(StrEnum):
    """Whether somebody waited for the answer."""

    REALTIME = "realtime"
    BATCH = "batch"


class Tier(NamedTuple):
    """A service tier and a processing, as prices know them."""

    service_tier: str = STANDARD
    processing: Processing = Processing.REALTIME

    @property
    def label(self) -> str:
        """One word for both.

        >>> Tier().label, Tier("flex").label, tier_of("batch").label, tier_of("flex_batch").label
        ('standard', 'flex', 'batch', 'flex+batch')
        """
        if self.processing is Processing.REALTIME:
            return self.service_tier
        return str(self.processing) if self.service_tier == STANDARD else f"{self.service_tier}+{self.processing}"


# tier as responses spell it -> tier as the price book spells it
TIERS = {
    # the plain price
    "": STANDARD,
    "auto": STANDARD,  # the request's wish; a response that repeats it was served as asked by default
    "default": STANDARD,
    "standard": STANDARD,
    "standard_only": STANDARD,
    "on_demand": STANDARD,
    "ondemand": STANDARD,
    # slower, about half the price
    "flex": "flex",
    "on_demand_flex": "flex",
    # faster, dearer
    "priority": "priority",
    "on_demand_priority": "priority",
    "fast": "fast",
}
# words that say that the call was part of a batch, queued for hours at about half the price
BATCH_WORDS = frozenset({"batch", "batches"})
PLAIN = Tier()


def tier_of(reported: str | None) -> Tier:
    """Tier and processing of a reported word.

    >>> tier_of(None) == PLAIN, tier_of("ON-DEMAND").label, tier_of("priority batch"), tier_of("scale").label
    (True, 'standard', Tier(service_tier='priority', processing=<Processing.BATCH: 'batch'>), 'scale')
    """
    parts = (reported or "").strip().lower().replace("-", "_").replace(" ", "_").replace("+", "_").split("_")
    kept = [part for part in parts if part not in BATCH_WORDS]
    name = "_".join(kept)
    processing = Processing.REALTIME if len(kept) == len(parts) else Processing.BATCH
    return Tier(TIERS.get(name, name), processing)


def service_tier(reported: str | None) -> str:
    """Name of a reported service tier in the price book.

    >>> service_tier(None), service_tier("ON-DEMAND"), service_tier("batches"), service_tier("scale")
    ('standard', 'standard', 'batch', 'scale')
    """
    return tier_of(reported).label
