"""The section ``drift`` of the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.drift.windows import reference_of

_LONGEST_S = 14 * 86_400
_SHORTEST_S = 600


@dataclass(frozen=True, slots=True)
class DriftSettings:
    """The section ``drift``: which distributions are compared, how often, and what counts."""

    enabled: bool = True
    """Whether distributions are compared in the background; asking is always possible."""
    every_s: int = 86_400
    """Seconds between two comparisons; models are looked at every hour."""
    window_s: int = 86_400
    """Length of the window that is compared."""
    false_discoveries: float = 0.03
    """The share of wrong ones among the verdicts of one comparison."""
    least: int = 50
    """Fewest requests on each side; with fewer there is no verdict."""
    distance: float = 0.1
    """Smallest difference of a figure that counts: Wasserstein distance over standard deviation."""
    share: float = 0.1
    """Smallest difference of shares that counts: Cohen's w."""
    embedding: str = ""
    """Attribute of spans that holds a vector of what was asked or answered; empty: vectors are not compared."""
    most_streams: int = 10_000
    """Streams that are compared at once: those with the most requests."""
    reference: str = ""
    """What everything is compared with: weekdays, before, or pinned as START/UNTIL; empty: weekdays, before without."""

    def __post_init__(self) -> None:
        for name, least, most in (
            ("every_s", 3_600, _LONGEST_S),
            ("window_s", _SHORTEST_S, _LONGEST_S),
            ("false_discoveries", 0.0001, 0.5),
            ("least", 20, 1_000_000),
            ("distance", 0.0, 10.0),
            ("share", 0.0, 2.0),
            ("most_streams", 1, 100_000),
        ):
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} is {getattr(self, name)}; expected {least} to {most}")
        if self.reference:
            try:
                reference_of(self.reference)
            except ValueError as wrong:
                raise ValueError(f"reference is {self.reference}; expected it to {wrong}") from wrong


SECTIONS: Mapping[str, object] = {"drift": DriftSettings}
"""The shapes of the configuration."""
