"""The shapes of recommendations, exactly as JSON shows them."""

from analytics.notation import Instant, Usd
from analytics.request_shapes import Answer


class MeasureAnswer(Answer):
    """One measure of quality on both models."""

    measure: str
    """error_ratio; evaluation:NAME, outcome:NAME"""
    value: float
    """Of the present model."""
    candidate_value: float
    """Of the cheaper one."""
    low: float | None
    """Lower end of the interval of the difference, which holds at every look; null with too few requests."""
    high: float | None
    """Upper end."""
    margin: float
    """How much worse is no worse."""
    requests: int
    """Requests of the cheaper model that tell it."""
    verdict: str
    """holds, worse or not_known_yet"""


class RecommendationRow(Answer):
    """One class of traffic and one cheaper model."""

    route: str | None
    """The route; null: requests without one."""
    feature: str | None
    """The feature."""
    size: str | None
    """small, medium or large, by input tokens; null: nobody told them."""
    model: str
    """A model that answers requests of the class."""
    candidate: str
    """A cheaper one that answered others of it."""
    verdict: str
    """switch: it holds quality and saves money; worse: it does not; not_known_yet"""
    requests: int
    """Of the class in the window, answered by the present model."""
    candidate_requests: int
    """Answered by the cheaper one."""
    cost_usd: Usd
    """What the answers of the present model cost."""
    instead_usd: Usd
    """What the same usage costs on the cheaper one, by the price book now."""
    saving_per_month_usd: Usd
    """The difference, at this pace for thirty days."""
    randomised_by: str | None
    """The experiment that drew which of both answered; null: nothing did."""
    measures: tuple[MeasureAnswer, ...]
    """Quality on both."""
    unknown: tuple[str, ...]
    """What is not known, in words."""


class RecommendationPage(Answer):
    """Cheaper models for classes of traffic, what is proven first, then the largest saving."""

    start: Instant
    """The window used, start included: requests count when they ended."""
    until: Instant
    """The window used, until excluded."""
    saving_per_month_usd: Usd
    """Of the rows with a switch, the largest of each class and model."""
    classes: int
    """Classes of traffic with enough requests of a model."""
    rows: tuple[RecommendationRow, ...]
    """Classes without a cheaper model that answered enough of them have none."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""
