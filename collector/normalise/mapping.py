"""Which attributes name the tenant, the team and so on: the built-in keys, after the ones an operator adds."""

from dataclasses import dataclass, fields

from collector.decode.pivot import VOCABULARY, Vocabulary
from collector.dialects.fields import ATTRIBUTION_COLUMNS
from collector.dialects.measures import ALL_COLUMNS
from collector.dialects.sources import Column, Reading, Source


@dataclass(frozen=True, slots=True)
class AttributionKeys:
    """The section ``attribution``: attribute keys to ask before the built-in ones."""

    tenant: tuple[str, ...] = ()
    """For instance [customer.id]; asked before burnline.tenant and tenant.id."""
    team: tuple[str, ...] = ()
    """Asked before burnline.team and team."""
    feature: tuple[str, ...] = ()
    """Asked before burnline.feature."""
    route: tuple[str, ...] = ()
    """Asked before burnline.route."""
    tier: tuple[str, ...] = ()
    """Asked before burnline.tier."""
    environment: tuple[str, ...] = ()
    """Asked before deployment.environment.name and its older names."""
    cost_center: tuple[str, ...] = ()
    """Asked before burnline.cost_center."""
    project: tuple[str, ...] = ()
    """The provider's project or workspace; asked before burnline.project and openai.project."""


def vocabulary(added: AttributionKeys) -> Vocabulary:
    """The keys that are understood."""
    if added == AttributionKeys():
        return VOCABULARY
    own = {field.name: getattr(added, field.name) for field in fields(added)}
    mapped = {column.name: _with(column, own[column.name]) for column in ATTRIBUTION_COLUMNS}
    return Vocabulary(tuple(mapped.get(column.name, column) for column in ALL_COLUMNS))


def _with(column: Column, keys: tuple[str, ...]) -> Column:
    first = tuple(Source(key, Reading.TEXT, "configured") for key in keys)
    return Column(column.name, first + tuple(source for source in column.sources if source.key not in keys))
