"""Rules in the style of Sloth and of Pyrra, written from what their documentation and output show.

Both take raw ratios and ask for no evidence. Sloth: one alert for a severity, of two rows, without ``for``. Pyrra: one
alert for a row, with a ``for``. The windows and factors are those they ship for 28 days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import yaml

EVENTS, BAD = "checkout_requests_total", "checkout_failures_total"


class PeerRow(NamedTuple):
    """Fires where both windows burn above the factor, for so long."""

    severity: str
    factor: float
    long: str
    short: str
    for_: str = "0m"


SLOTH_28D = (
    PeerRow("page", 13.44, "1h", "5m"),
    PeerRow("page", 5.6, "6h", "30m"),
    PeerRow("ticket", 2.8, "1d", "2h"),
    PeerRow("ticket", 0.9333333333333333, "3d", "6h"),
)
PYRRA_28D = (
    PeerRow("page", 14, "1h", "5m", "2m"),
    PeerRow("page", 7, "6h", "30m", "15m"),
    PeerRow("ticket", 2, "1d", "2h", "60m"),
    PeerRow("ticket", 1, "4d", "6h", "180m"),
)
SLOTH, PYRRA = "SlothBurn", "ErrorBudgetBurn"


@dataclass(frozen=True, slots=True)
class PeerRules:
    """The rules of one objective about :data:`EVENTS` and :data:`BAD`."""

    target: float = 0.99

    def sloth(self) -> str:
        """A rule file."""
        windows = sorted({window for row in SLOTH_28D for window in (row.long, row.short)})
        recorded = [_record(f"slo:sli_error:ratio_rate{w}", _sloth_ratio(w), {"sloth_window": w}) for w in windows]
        by_severity = {severity: [r for r in SLOTH_28D if r.severity == severity] for severity in ("page", "ticket")}
        alerting = [
            _alert(SLOTH, severity, "\nor\n".join(self._sloth_row(row) for row in rows))
            for severity, rows in by_severity.items()
        ]
        return _file([*recorded, *alerting])

    def pyrra(self) -> str:
        """A rule file."""
        windows = sorted({window for row in PYRRA_28D for window in (row.long, row.short)})
        recorded = [_record(f"burnrate:{w}", _pyrra_ratio(w), {}) for w in windows]
        alerting = [
            _alert(PYRRA, row.severity, self._pyrra_row(row), {"for": row.for_, "long": row.long}) for row in PYRRA_28D
        ]
        return _file([*recorded, *alerting])

    def sloth_period(self, period: str) -> str:
        """What Sloth records for the period: the mean of the five-minute ratios, whatever their traffic."""
        five = f"({_sloth_ratio('5m')})[{period}:1m]"
        return f"sum_over_time({five}) / count_over_time({five})"

    def _sloth_row(self, row: PeerRow) -> str:
        limit = f"({row.factor} * (1 - {self.target}))"
        both = (f"max(slo:sli_error:ratio_rate{w}{{}} > {limit}) without (sloth_window)" for w in (row.short, row.long))
        return f"({' and '.join(both)})"

    def _pyrra_row(self, row: PeerRow) -> str:
        limit = f"({row.factor} * (1 - {self.target}))"
        return " and ".join(f"burnrate:{w}{{}} > {limit}" for w in (row.short, row.long))


def _sloth_ratio(window: str) -> str:
    return f"(sum(rate({BAD}[{window}])))\n/\n(sum(rate({EVENTS}[{window}])))"


def _pyrra_ratio(window: str) -> str:
    return f"sum(rate({BAD}[{window}])) / sum(rate({EVENTS}[{window}]))"


def _record(name: str, expr: str, labels: Mapping[str, str]) -> Mapping[str, object]:
    return {"record": name, "expr": expr, "labels": dict(labels)}


def _alert(name: str, severity: str, expr: str, more: Mapping[str, str] | None = None) -> Mapping[str, object]:
    given = dict(more or {})
    labels = {"severity": severity, **({"long": given["long"]} if "long" in given else {})}
    return {"alert": name, "expr": expr, "for": given.get("for", "0m"), "labels": labels}


def _file(rules: Sequence[Mapping[str, object]]) -> str:
    return yaml.safe_dump({"groups": [{"name": "peer", "rules": list(rules)}]}, sort_keys=False, width=10_000)
