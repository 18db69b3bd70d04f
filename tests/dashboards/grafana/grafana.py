"""What Grafana does with a question before it asks: variables become values, windows become durations."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_POINTS = 1_000
"""Of a panel that is as wide as the page."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a board shows, and how often Prometheus reads."""

    range_s: int
    scrape_s: int = 15
    """``timeInterval`` of the data source."""
    variables: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """What is chosen; several become alternatives of a pattern. What is not named is every value."""

    @property
    def step_s(self) -> int:
        """Time between two points."""
        return max(-(-self.range_s // MOST_POINTS), self.scrape_s, self.range_s // 11_000)

    @property
    def rate_interval_s(self) -> int:
        """The window of a rate: four readings, or a step and one more.

        >>> Shown(3_600).rate_interval_s, Shown(86_400).rate_interval_s
        (60, 102)
        """
        return max(self.step_s + self.scrape_s, 4 * self.scrape_s)


def interpolated(expr: str, shown: Shown) -> str:
    """The question as it is asked.

    >>> two = Shown(60, variables={"tenant": ("a", "b")})
    >>> interpolated('rate(x{a=~"$tenant"}[$__rate_interval]) > $__range_s', two)
    'rate(x{a=~"a|b"}[60s]) > 60'
    """
    own = {
        "__rate_interval": f"{shown.rate_interval_s}s",
        "__interval": f"{shown.step_s}s",
        "__range": f"{shown.range_s}s",
        "__range_s": str(shown.range_s),
    }

    def value(found: re.Match[str]) -> str:
        chosen = own.get(found[1]) or shown.variables.get(found[1], ".*")
        return chosen if isinstance(chosen, str) else "|".join(map(_in_pattern, chosen))

    return re.sub(r"\$\{?(\w+)\}?", value, expr)


def _in_pattern(value: str) -> str:
    r"""A chosen value where several can be, so that it means itself in a pattern in quotes.

    >>> print(_in_pattern("a.b"))
    a\\.b
    """
    return re.sub(r"[$^*{}\[\]'+?.()|]", r"\\\\\g<0>", value.replace("\\", "\\\\\\\\"))
