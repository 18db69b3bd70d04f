"""The section ``experiments`` of the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExperimentSettings:
    """The section ``experiments``: how sure verdicts are, and what counts as no difference."""

    alpha: float = 0.05
    """The chance that a measure is ever called better or worse although it is not; variants share it."""
    margin_ratio: float = 0.05
    """Differences within this share of the control's figure are none: then the verdict is same."""
    requests: int = 100
    """Fewest requests of a variant before anything is said; of units it takes ten."""
    tightest_at: int = 5_000
    """Effective requests at which intervals are to be tightest; they hold at every number."""
    lower_is_better: tuple[str, ...] = ()
    """Evaluations and outcomes of which less is better, such as toxicity."""

    def __post_init__(self) -> None:
        for name in ("alpha", "margin_ratio"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected a share between 0 and 1, such as 0.05")
        if self.requests < 20:  # noqa: PLR2004 - a variance of fewer is a guess
            raise ValueError(f"requests is {self.requests}; expected at least 20")
        if self.tightest_at < self.requests:
            raise ValueError(f"tightest_at is {self.tightest_at}; expected at least requests ({self.requests})")


SECTIONS: Mapping[str, object] = {"experiments": ExperimentSettings}
