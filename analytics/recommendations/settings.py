"""The section ``recommendations`` of the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecommendationSettings:
    """The section ``recommendations``: when a cheaper model counts as good enough."""

    margin_ratio: float = 0.05
    """A score or outcome may be lower by this share of what the present model has."""
    errors_margin: float = 0.01
    """The share of requests that fail may be higher by this much."""
    requests: int = 200
    """Fewest requests of a class that a model has to have answered, and fewest that tell a measure of quality."""
    alpha: float = 0.05
    """The chance that a measure is ever called held although it is not, at whatever looks."""
    small_below: int = 1_000
    """Requests with fewer input tokens are small."""
    large_from: int = 10_000
    """Requests with as many input tokens or more are large; the others are medium."""

    def __post_init__(self) -> None:
        for name in ("margin_ratio", "errors_margin", "alpha"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected a share between 0 and 1, such as 0.05")
        if self.requests < 20:  # noqa: PLR2004 - a variance of fewer is a guess
            raise ValueError(f"requests is {self.requests}; expected at least 20")
        if not 0 < self.small_below < self.large_from:
            found = f"small_below is {self.small_below}, large_from {self.large_from}"
            raise ValueError(f"{found}; expected 0 < small_below < large_from")


SECTIONS: Mapping[str, object] = {"recommendations": RecommendationSettings}
