"""The section ``findings`` of the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass

DIMENSIONS = ("all", "route", "tenant", "model")
"""Whose figures can be watched: everybody's, and those of each value of these words; the widest first."""


@dataclass(frozen=True, slots=True)
class FindingSettings:
    """The section ``findings``: which figures are watched, and how often they may be wrong."""

    enabled: bool = True
    """Whether figures are watched at all."""
    false_alarms_per_month: float = 0.5
    """Findings a month, of all figures together, although nothing happened. Half of it is for those of everybody."""
    per: tuple[str, ...] = DIMENSIONS
    """Whose figures are watched: any of all, route, tenant, model."""
    requests: int = 10
    """Fewest requests of a step for a figure per request; a step with fewer has none."""
    most_figures: int = 10_000
    """Figures that are watched at once, besides those of everybody; those seen first stay."""

    def __post_init__(self) -> None:
        if not 0 < self.false_alarms_per_month <= 1000:  # noqa: PLR2004 - thirty a day are no longer read
            raise ValueError(f"false_alarms_per_month is {self.false_alarms_per_month}; expected 0.001 to 1000")
        unknown = [word for word in self.per if word not in DIMENSIONS]
        if unknown or not self.per:
            raise ValueError(f"per is {', '.join(self.per) or 'empty'}; expected any of {', '.join(DIMENSIONS)}")
        for name in ("requests", "most_figures"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected at least 1")


SECTIONS: Mapping[str, object] = {"findings": FindingSettings}
