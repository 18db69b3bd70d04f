"""The sections of the configuration about objectives as documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ObjectiveDocuments:
    """The section ``objective_documents``."""

    require_approval: bool = False
    """Whether an objective pages and steers only once somebody has approved its present definition."""
    files: tuple[str, ...] = ()
    """Files or folders with further objectives, beside the configuration; a folder is read with all below it."""


class Pack(StrEnum):
    """Objectives to begin with: ``default`` adds six rules, which slo_pack_parameters fill in."""

    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class PackParameters:
    """The section ``slo_pack_parameters``: what the rules of the pack are filled in with."""

    route: str | None = None
    """Only requests on this route; nothing means every route."""
    tenant: str | None = None
    """Only this tenant's requests."""
    owner: str = "nobody yet"
    """Who answers for the objectives of the pack."""
    runbooks: str = "/runbooks"
    """Where the runbooks are, an address or a path of this server; every rule adds its own anchor."""
    skip: tuple[str, ...] = ()
    """Names of rules that are not wanted."""
    threshold_ms: float = 5000.0
    """slow-answers: what 95 of 100 answers take at most, in milliseconds."""
    times_baseline: float = 2.0
    """tokens-above-baseline: multiple of the median request of the week before."""
    error_target: float = 0.99
    """errors-by-model: share of the calls of a model that have to succeed."""
    monthly_budget_usd: Decimal | None = None
    """cost-per-request: money of a month, in US dollars; left out, there is no such rule."""
    expected_requests: int | None = None
    """cost-per-request: requests a month that this money is meant for."""
    cost_target: float = 0.7
    """cost-per-request: share of the answers that have to stay within their share of the money, a mean."""
    cache_target: float = 0.3
    """cache-hits: share of the look-ups that have to find something."""
    hallucination: str = "hallucination"
    """hallucinations-by-task: name of the evaluation, whose value says how much of an answer nothing supports."""
    hallucination_most: float = 0.5
    """hallucinations-by-task: the highest good value of that evaluation."""
    hallucination_target: float = 0.95
    """hallucinations-by-task: share of the evaluated answers that have to be good."""


SECTIONS: Mapping[str, object] = {
    "objective_documents": ObjectiveDocuments,
    "slo_pack": Pack | None,
    "slo_pack_parameters": PackParameters,
}
"""For the configuration loader: section name to type."""
