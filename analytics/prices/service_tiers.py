"""Service tiers: what the response calls the speed or the queue it was served from, and which price that means.

A tier not in the table is looked up under its own name. A tier without a price of its own is unpriced: the
standard price would be wrong by a factor of two, silently.
"""

STANDARD = "standard"

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
    # queued for hours, about half the price
    "batch": "batch",
    "batches": "batch",
    # slower, about half the price
    "flex": "flex",
    "on_demand_flex": "flex",
    # faster, dearer
    "priority": "priority",
    "on_demand_priority": "priority",
    "fast": "fast",
}


def service_tier(reported: str | None) -> str:
    """Name of a reported service tier in the price book.

    >>> service_tier(None), service_tier("ON-DEMAND"), service_tier("scale")
    ('standard', 'standard', 'scale')
    """
    name = (reported or "").strip().lower().replace("-", "_").replace(" ", "_")
    return TIERS.get(name, name)
