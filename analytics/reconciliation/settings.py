"""The section ``reconciliation`` of the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ProjectOwner:
    """Who bears what a provider's bill has more, or less, for a project."""

    project: str
    """Project, workspace or account, as the provider names it."""
    tenant: str | None = None
    """Nothing means unallocated; so for the words below."""
    team: str | None = None
    """The team."""
    environment: str | None = None
    """The environment."""
    cost_center: str | None = None
    """The cost centre."""


@dataclass(frozen=True, slots=True)
class ReconciliationSettings:
    """How bills are compared with the ledger.

    >>> ReconciliationSettings(rounding_usd=Decimal("-1"))
    Traceback (most recent call last):
    ...
    ValueError: rounding_usd is -1; expected 0 or more
    """

    rounding_usd: Decimal = Decimal("0.00001")
    """A gap of up to this, in US dollars for each line of the bill, is rounding."""
    settling_s: float = 86_400.0
    """How long after its end a day may still grow in the provider's books."""
    model_names: Mapping[str, str] = field(default_factory=dict)
    """Names of models on bills that are display names, and the models they are."""
    owners: tuple[ProjectOwner, ...] = ()
    """Whom adjustments of a project go to."""

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.rounding_usd < 0:
            raise ValueError(f"rounding_usd is {self.rounding_usd}; expected 0 or more")
        if self.settling_s < 0:
            raise ValueError(f"settling_s is {self.settling_s}; expected 0 or more")

    @property
    def settling(self) -> timedelta:
        """How long after its end a day may still grow in the provider's books."""
        return timedelta(seconds=self.settling_s)
