"""Label values come from outside, so their number is limited: the first so many keep their names, the rest are other.

First is what the store's totals knew first, so a value keeps its name for ever: no series moves into another, nothing
falls, and a restart changes nothing. Only another limit gives names back, or takes them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from analytics.totals import Series
from dashboards.metrics.settings import MetricsSettings

OTHER = "other"
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "tenant": ("tenant",),
    "route": ("route",),
    "provider": ("provider",),
    "model": ("request_model", "model"),
    "usage_class": ("usage_class",),
    "measure": ("measure",),
    "error_type": ("error_type",),
}
"""By label, the columns of a series that have its values."""


@dataclass(frozen=True, slots=True)
class Caps:
    """By label, the values that are told as ``other``."""

    capped: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, series: Sequence[Series], settings: MetricsSettings) -> "Caps":
        """Which came after the first so many."""
        limits = {
            "tenant": settings.tenants,
            "route": settings.routes,
            "provider": settings.providers,
            "model": settings.models,
            "usage_class": settings.usage_classes,
            "measure": settings.measures,
            "error_type": settings.error_types,
        }
        return cls({label: _after(series, _COLUMNS[label], limit) for label, limit in limits.items()})

    def value(self, label: str, value: str) -> str:
        """The value as it is told."""
        return OTHER if value in self.capped[label] else value

    def told(self, series: Sequence[Series]) -> Iterator[Series]:
        """Series under the names they keep."""
        over = [(label, column) for label, columns in _COLUMNS.items() if self.capped[label] for column in columns]
        if not over:
            yield from series
            return
        for one in series:
            names: dict[str, Any] = {column: self.value(label, getattr(one, column)) for label, column in over}
            yield one._replace(**names)


def _after(series: Sequence[Series], columns: Sequence[str], limit: int) -> frozenset[str]:
    known = {value for column in columns for value in map(attrgetter(column), series)} - {""}
    if len(known) <= limit:
        return frozenset()
    since: dict[str, int] = {}
    for one in series:
        for value in map(one.__getattribute__, columns):
            since[value] = min(one.since_seq, since.get(value, one.since_seq))
    return frozenset(sorted(known, key=lambda value: (since[value], value))[limit:])
