"""The closed sets of words an objective is written in."""

from collections.abc import Mapping
from enum import StrEnum

from analytics.periods import Period


class Sli(StrEnum):
    """What is measured."""

    AVAILABILITY = "availability"
    LATENCY = "latency"
    FIRST_CHUNK = "first_chunk"
    COST = "cost"
    TOKENS = "tokens"
    REFUSALS = "refusals"
    MEASURE = "measure"


class Unit(StrEnum):
    """What is counted: answers to users, single steps of them, or figures told about either."""

    REQUEST = "request"
    SPAN = "span"
    MEASURE = "measure"


class Dimension(StrEnum):
    """A word by which one objective can keep a budget for every value seen."""

    TENANT = "tenant"
    TEAM = "team"
    FEATURE = "feature"
    ROUTE = "route"
    ENVIRONMENT = "environment"
    STAGE = "stage"
    PROVIDER = "provider"
    MODEL = "model"


SPAN_DIMENSIONS = frozenset({Dimension.STAGE, Dimension.PROVIDER, Dimension.MODEL})
"""Words of a single span: an objective that names one counts spans."""


class Budgeting(StrEnum):
    """What an error budget is made of; the names of OpenSLO."""

    OCCURRENCES = "occurrences"
    TIMESLICES = "timeslices"
    RATIO_TIMESLICES = "ratio_timeslices"


class WhenImpossible(StrEnum):
    """What happens to a row of windows that no traffic could make fire."""

    REFUSE = "refuse"
    RESCALE = "rescale"


_DAY_S = 86_400.0
NOMINAL_S: Mapping[Period, float] = {
    Period.DAY: _DAY_S,
    Period.WEEK: 7 * _DAY_S,
    Period.MONTH: 30 * _DAY_S,
    Period.QUARTER: 91 * _DAY_S,
    Period.YEAR: 365 * _DAY_S,
}
"""The length that factors of a calendar period are derived from: factors must not differ between February and March."""
