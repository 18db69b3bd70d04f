"""What this package adds to the charges of an open month."""

from collections.abc import Callable, Sequence
from datetime import date

import pyarrow as pa

from analytics.allocation.infrastructure import infrastructure_charges
from analytics.allocation.resources import Resource
from analytics.allocation.rules import AttributionRule
from analytics.allocation.shared import shared_charges
from analytics.allocation.shared_settings import SharedCost
from analytics.ledger.terms import Source
from collector.store import Store


def source(
    costs: Sequence[SharedCost],
    resources: Sequence[Resource],
    rules: Sequence[AttributionRule],
    clock_ns: Callable[[], int],
) -> Source:
    """Shares of shared costs, and of infrastructure as far as time has come, for the ledger's terms."""

    def charges(store: Store, period: date) -> pa.Table:
        shared = shared_charges(store, costs, period, rules=rules)
        return pa.concat_tables([shared, infrastructure_charges(store, resources, period, clock_ns())])

    return charges
