"""Label values come from outside, so their number is limited: the first so many keep their names, the rest are other.

First is what the store's totals knew first, so a value keeps its name for ever: no series moves into another, nothing
falls, and a restart changes nothing. Only another limit gives names back, or takes them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

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
"""By label, the columns of the totals that have its values."""


@dataclass(frozen=True, slots=True)
class Caps:
    """By label, the values that are told as ``other``."""

    capped: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, series: pa.Table, settings: MetricsSettings) -> "Caps":
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

    def told(self, series: pa.Table) -> pa.Table:
        """Series under the names they keep."""
        for label, columns in _COLUMNS.items():
            for column in columns if self.capped[label] else ():
                is_capped = pc.is_in(series[column], pa.array(sorted(self.capped[label])))
                names = pc.if_else(is_capped, OTHER, series[column])
                series = series.set_column(series.column_names.index(column), column, names)
        return series


def _after(series: pa.Table, columns: Sequence[str], limit: int) -> frozenset[str]:
    known = {value for column in columns for value in pc.unique(series[column]).to_pylist()} - {""}
    if len(known) <= limit:
        return frozenset()
    since: dict[str, int] = {}
    for value, seq in (one for column in columns for one in _since(series, column)):
        since[value] = min(seq, since.get(value, seq))
    return frozenset(sorted(known, key=lambda value: (since[value], value))[limit:])


def _since(series: pa.Table, column: str) -> Iterator[tuple[str, int]]:
    """Every value with the batch with which it began."""
    first = series.group_by(column).aggregate([("since_seq", "min")])
    return zip(first[column].to_pylist(), first["since_seq_min"].to_pylist(), strict=True)
