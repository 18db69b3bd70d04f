"""The sections of the configuration that this package reads, and the rules that hold between them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from analytics.allocation.resources import Resource
from analytics.allocation.rule_checks import sound_rules
from analytics.allocation.rules import AttributionRule
from analytics.allocation.shared_settings import SharedCost
from collector.configuration import Finding

SECTIONS: Mapping[str, object] = {
    "attribution_rules": tuple[AttributionRule, ...],
    "shared_costs": tuple[SharedCost, ...],
    "infrastructure": tuple[Resource, ...],
}
"""For the configuration loader: section name to type."""


def one_name_each(values: Mapping[str, object]) -> Iterator[Finding]:
    """Shared costs and resources are told apart by their names alone, in charges and on statements."""
    seen: dict[str, str] = {}
    for section in ("shared_costs", "infrastructure"):
        for index, one in enumerate(cast("Sequence[SharedCost | Resource]", values.get(section, ()))):
            if one.name in seen:
                yield Finding(
                    (section, index, "name"), f"{one.name!r} again", f"another name than {seen[one.name]} has"
                )
            seen.setdefault(one.name, f"{section}[{index}]")


RULES = (sound_rules, one_name_each)
"""For the configuration loader: what has to hold between entries."""
