"""Key figures as they are asked for over HTTP, and as JSON shows them."""

from pydantic import Field

from analytics.ledger.charge import ATTRIBUTION
from analytics.notation import Instant, Usd
from analytics.questions import BadParameter, WindowParams
from analytics.request_shapes import Answer

_EMPTY = "; empty asks for what has none"


class KpiParams(WindowParams):
    """Of which window, and of whom."""

    tenant: str | None = Field(None, description="one tenant" + _EMPTY)
    team: str | None = Field(None, description="one team" + _EMPTY)
    feature: str | None = Field(None, description="one feature" + _EMPTY)
    route: str | None = Field(None, description="one route" + _EMPTY)
    cost_center: str | None = Field(None, description="one cost centre" + _EMPTY)
    tags: str = Field("team,cost_center", description="the words a row has when it counts as tagged, by commas")

    def scope(self) -> dict[str, object]:
        """The filters, as parameters of a query."""
        return {name: getattr(self, name) for name in ("tenant", "team", "feature", "route", "cost_center")}

    def required(self) -> frozenset[str]:
        """The words of ``tags``; raises :class:`BadParameter` for one that is no attribution word."""
        words = frozenset(word.strip() for word in self.tags.split(",") if word.strip())
        unknown = sorted(words - set(ATTRIBUTION))
        if unknown or not words:
            raise BadParameter("tags", self.tags, f"name one or more of {', '.join(ATTRIBUTION)}, separated by commas")
        return words


class Kpi(Answer):
    """One key figure: a ratio of sums, never a mean of ratios."""

    name: str
    """Which figure, for instance cost_per_request."""
    of: str | None
    """What it is about where there are several: a usage class, an outcome, a purpose, a budget, a resource."""
    unit: str
    """Of the value."""
    value: Usd | None
    """numerator x scale / denominator, to 15 places; null when one is unknown or there is nothing to divide by."""
    numerator: Usd | None
    """As the definition says; null when unknown."""
    denominator: Usd | None
    """As the definition says; null when unknown."""
    amount_usd: Usd | None
    """The numerator where it is money: what retries, errors or a cache come to; null where it is none, or unknown."""
    estimate: bool
    """Whether it compares with what did not happen."""
    note: str | None
    """What it leaves out, where it leaves something out."""
    sentence: str
    """What it says."""


class KpiAnswer(Answer):
    """The key figures of a window."""

    start: Instant
    """The window used: widened to the whole minute."""
    until: Instant
    """The window used: widened to the whole minute."""
    kpis: tuple[Kpi, ...]
    """In the order of the definitions."""
    next: str | None
    """Always null: there is one page."""
