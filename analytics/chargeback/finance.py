"""What finance configured: who pays, what is split, how bills are compared; and the charges that come of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analytics.allocation import settings as allocation
from analytics.allocation.policy import AllocationPolicy, policy
from analytics.allocation.resources import Resource
from analytics.allocation.rules import AttributionRule
from analytics.allocation.shared_settings import SharedCost
from analytics.allocation.source import source
from analytics.focus.settings import Chargeback
from analytics.focus.signed_words import words_of
from analytics.ledger.terms import Terms
from analytics.reconciliation.settings import ReconciliationSettings

SECTIONS: Mapping[str, object] = {
    **allocation.SECTIONS,
    "chargeback": Chargeback,
    "reconciliation": ReconciliationSettings,
}
"""For the configuration loader: section name to type."""
RULES = allocation.RULES
"""For the configuration loader: what has to hold between entries."""


@dataclass(frozen=True, slots=True)
class Finance:
    """The sections above, as they were read."""

    rules: Sequence[AttributionRule] = ()
    shared_costs: Sequence[SharedCost] = ()
    infrastructure: Sequence[Resource] = ()
    chargeback: Chargeback = field(default_factory=Chargeback)
    reconciliation: ReconciliationSettings = field(default_factory=ReconciliationSettings)

    def policy(self) -> AllocationPolicy:
        """Whom spans are for where their own words do not say, and which calls own machines serve."""
        return policy(self.rules, self.infrastructure)

    def terms(self, now_ns: int) -> Terms:
        """Charges of a month that come from no ledger line, as far as they have arisen by now."""
        sources = (source(self.shared_costs, self.infrastructure, self.rules, lambda: now_ns),)
        return Terms(sources, words_of(self.chargeback))
