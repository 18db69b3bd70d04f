"""The incidents of a run, as a table: what goes wrong, and where the route is expected to go.

They differ in what helps. Prompts that get long cost less at any cheaper model, and how many have to go there is a
matter of money: half, then all. A pool that is overloaded is slow for every model in it, so that only the one outside
helps, and it helps at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dashboards.demo.provider import HEALTHY, Behaviour
from instrumentation.downgrade import Tier

OVERLOADED: Mapping[str, Behaviour] = {
    **HEALTHY,
    "gpt-5.4": replace(HEALTHY["gpt-5.4"], median_ms=2600, fault_ratio=0.2),
    "gpt-5.4-mini": replace(HEALTHY["gpt-5.4-mini"], median_ms=2100, fault_ratio=0.1),
}
"""The two larger models share a pool; the small one has its own."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that goes wrong for a while."""

    name: str
    """A word or two, for the head of a column."""
    said: str
    """What everybody would like to know while it lasts."""
    objective: str
    """The objective that burns."""
    target: Tier
    """The tier that is better off."""
    first_share: float
    """The share of requests that the first step moves there."""
    models: Mapping[str, Behaviour] = field(default_factory=lambda: HEALTHY)
    pasted_tokens: int = 0
    """Tokens of a document that every question brings along."""


INCIDENTS = (
    Incident(
        "long prompts",
        "callers paste whole documents into their questions: a request costs six times as much",
        objective="cheap-answers",
        target=Tier.STANDARD,
        first_share=0.5,
        pasted_tokens=6_000,
    ),
    Incident(
        "slow models",
        "the pool of the two larger models is overloaded: slow, and it fails",
        objective="quick-answers",
        target=Tier.ECONOMY,
        first_share=1.0,
        models=OVERLOADED,
    ),
)
"""Every incident, in the order they happen."""
