"""The shapes of experiments, exactly as JSON shows them."""

from analytics.notation import Instant, Usd
from analytics.request_shapes import Answer


class ExperimentRow(Answer):
    """One experiment that spans named."""

    name: str
    """As in burnline.experiment."""
    first_at: Instant
    """Its first span in the window."""
    last_at: Instant
    """Its last one."""
    requests: int
    """Requests in it; of those in two variants, once for each."""
    variants: tuple[str, ...]
    """The variants seen."""


class ExperimentPage(Answer):
    """Experiments, the one seen last first."""

    start: Instant
    """The window used, start included."""
    until: Instant
    """The window used, until excluded."""
    experiments: tuple[ExperimentRow, ...]
    """Those with a span in the window."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""


class SplitAnswer(Answer):
    """Whether as many units came to each variant as were meant to."""

    verdict: str
    """as_planned; mismatch: something lost or doubled units, and nothing that is compared can be trusted"""
    chi_square: float
    """Sum of (seen - expected)^2 / expected over the variants."""
    p_value: float
    """Of chi-square, for a single look."""
    sequential_p_value: float
    """Holds at every look; the verdict is mismatch below 0.01."""


class VariantAnswer(Answer):
    """What one variant did."""

    variant: str
    """As in burnline.variant."""
    control: bool
    """Whether the others are compared with it."""
    planned_ratio: float
    """The share of the units that it was meant to get."""
    units: int
    """Units of what was randomised."""
    requests: int
    """Of these units; those that met several variants are left out."""
    mixed_requests: int
    """Left out: of units that met several variants."""
    errors: int
    """Failed requests."""
    cost_usd: Usd | None
    """Of all its requests; null where none is priced."""
    cost_per_request_usd: Usd | None
    """Of those with a price, or without anything to pay, to 15 places."""
    unpriced_requests: int
    """Without a price, or with a part of one: they are not in the cost that is compared."""
    p50_ms: float | None
    """Duration, nearest rank."""
    p95_ms: float | None
    """The same, p95."""
    models: tuple[str, ...]
    """The models that answered."""


class ComparisonAnswer(Answer):
    """One measure of one variant beside the control."""

    variant: str
    """Which variant."""
    measure: str
    """cost_usd, latency_ms, slow_ratio, error_ratio; evaluation:NAME, outcome:NAME"""
    unit: str
    """Of the figures."""
    lower_is_better: bool
    """Whether less of it is better."""
    verdict: str
    """better; worse; same: within the margin; not_known_yet"""
    control_value: float
    """The figure of the control."""
    value: float
    """The figure of the variant."""
    difference: float
    """value - control_value"""
    low: float | None
    """Lower end of the interval of the difference; null while there is too little to go by."""
    high: float | None
    """Upper end: it holds at every look at once."""
    difference_ratio: float | None
    """difference / control_value; null where the control has 0"""
    control_requests: int
    """Requests of the control that tell it."""
    requests: int
    """Requests of the variant that tell it."""
    effective_requests: int
    """What both are worth if each were a unit of its own."""
    more_requests: int | None
    """Of both together until a verdict could come if the difference stays; null: there is one, or it takes for ever"""


class ExperimentAnswer(Answer):
    """One experiment: its variants, and what can be said of them."""

    name: str
    """As in burnline.experiment."""
    start: Instant
    """The window used, start included; left out, it is the first span, and only then intervals hold at every look."""
    until: Instant
    """The window used, until excluded."""
    unit: str
    """What was randomised: tenant, user, session or request. What counts as one."""
    unit_asked: bool
    """Whether it was asked for; otherwise it is the widest that stays with one variant."""
    control: str | None
    """The variant that the others are compared with; null: there is none yet."""
    alpha: float
    """The chance that a measure is ever called better or worse although it is not, over all variants."""
    margin_ratio: float
    """Differences within this share of the control's figure are none."""
    split: SplitAnswer | None
    """The sample ratio; null for a single variant."""
    variants: tuple[VariantAnswer, ...]
    """The control first."""
    comparisons: tuple[ComparisonAnswer, ...]
    """By variant and measure."""
