"""Classes of traffic as the store knows them: who answered them, with what usage, how well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from analytics.experiments.intervals import Sums
from analytics.recommendations.money import Seller, Used
from analytics.recommendations.quality import Told
from collector.dialects.usage_classes import UsageClass
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.recommendations")
_SUMS = tuple(one.name for one in fields(Sums))
Row = Mapping[str, Any]
Traffic = tuple[str | None, str | None, str | None]
"""Route, feature and size."""


@dataclass(slots=True)
class Answering:
    """One model in one class of traffic."""

    seller: Seller
    requests: int
    mean_input_tokens: int
    usage: list[Used] = field(default_factory=list)
    sums: dict[Told, Sums] = field(default_factory=dict)
    drawn: dict[str, int] = field(default_factory=dict)
    """Requests by the experiment that they were part of."""


@dataclass(slots=True)
class Known:
    """One class of traffic."""

    first_ns: int
    models: dict[str, Answering] = field(default_factory=dict)


def classes(store: Store, asked: Mapping[str, object]) -> dict[Traffic, Known]:
    """Every class of a window, with the models that answered it."""
    found: dict[Traffic, Known] = {}
    for row in _rows(store, "recommendation_usage", asked):
        known = found.setdefault(_traffic(row), Known(row["first_ns"]))
        _model(known, row).usage.append(Used(UsageClass(row["usage_class"]), row["quantity"], row["cost_usd"]))
    for row in _rows(store, "recommendation_sums", asked):
        answering = _there(found, row)
        if answering is not None:
            answering.sums[row["measure"], row["name"]] = Sums(**{name: float(row[name]) for name in _SUMS})
    for row in _rows(store, "recommendation_draws", asked):
        answering = _there(found, row)
        if answering is not None:
            answering.drawn[row["experiment"]] = row["requests"]
    return found


def _rows(store: Store, name: str, asked: Mapping[str, object]) -> Sequence[Row]:
    found: list[Row] = store.run(_QUERIES[name], asked).to_pylist()
    return found


def _traffic(row: Row) -> Traffic:
    return row["route"], row["feature"], row["size"]


def _model(known: Known, row: Row) -> Answering:
    seller = Seller(row["model"], row["provider"], row["service_tier"], row["region"])
    return known.models.setdefault(row["model"], Answering(seller, row["requests"], row["mean_input_tokens"] or 0))


def _there(found: Mapping[Traffic, Known], row: Row) -> Answering | None:
    known = found.get(_traffic(row))
    return None if known is None else known.models.get(row["model"])
