"""Timelines: counters minute by minute, and what promtool says fires when Prometheus reads them.

promtool runs the rule manager and the query engine of Prometheus over made-up time, so six hours take a second.
"""

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

import yaml

from analytics.slo.objective import Objective
from analytics.slo.rules.counters import (
    BAD_EVENTS,
    BAD_EVENTS_TAKEN_BACK,
    EVENTS,
    EVENTS_TAKEN_BACK,
    IDENTITY,
    WEIGHT_SQUARES,
    definition,
)
from analytics.slo.rules.promql import selector
from tests.programs import needed

Fired = tuple[str, ...]
"""An alert by the values of the labels in :data:`TOLD`."""
TOLD = ("alertname", "severity", "sloth_window")


@dataclass(frozen=True, slots=True)
class Minutes:
    """What an objective counts in each minute, from a sample at minute 0 on."""

    events: Sequence[float]
    bad: Sequence[float]
    events_taken_back: Sequence[float] = ()
    bad_taken_back: Sequence[float] = ()
    weight_squares: Sequence[float] = ()
    more: Mapping[str, str] = field(default_factory=dict)
    """Further labels."""
    before: float = 1e6
    """Events counted before minute 0, a tenth of them bad, so that no counter starts at nothing."""

    def series(self, objective: Objective) -> list[dict[str, str]]:
        """The counters as promtool reads them."""
        labels = dict(zip(IDENTITY, (objective.name, definition(objective)), strict=True)) | dict(self.more)
        nothing = [0.0] * len(self.events)
        counted = {
            EVENTS: (self.before, self.events),
            BAD_EVENTS: (self.before / 10, self.bad),
            EVENTS_TAKEN_BACK: (0.0, self.events_taken_back or nothing),
            BAD_EVENTS_TAKEN_BACK: (0.0, self.bad_taken_back or nothing),
            WEIGHT_SQUARES: (self.before, self.weight_squares or nothing),
        }
        return [
            series(selector(counter.series, labels), accumulate(steps, initial=before))
            for counter, (before, steps) in counted.items()
        ]


def series(name: str, values: Iterable[float]) -> dict[str, str]:
    """One series with a value for every minute."""
    return {"series": name, "values": " ".join(f"{value:g}" if value < 1e5 else f"{value:.6f}" for value in values)}


def phases(*parts: tuple[int, float]) -> list[float]:
    """So many minutes of so much each, one phase after the other.

    >>> phases((2, 100.0), (1, 0.0))
    [100.0, 100.0, 0.0]
    """
    return [each for minutes, each in parts for _ in range(minutes)]


def check(rules: str, folder: Path, inputs: Sequence[dict[str, str]], asked: Sequence[Mapping[str, object]]) -> None:
    """Fail with what promtool says unless every expectation holds."""
    (folder / "rules.yml").write_text(rules, encoding="utf-8")
    test = {"interval": "1m", "input_series": list(inputs), "promql_expr_test": list(asked)}
    _run(folder, test)


def check_alerts(rules: str, folder: Path, inputs: Sequence[dict[str, str]], expected: Sequence[object]) -> None:
    """The same for alerts with all their labels and annotations."""
    (folder / "rules.yml").write_text(rules, encoding="utf-8")
    _run(folder, {"interval": "1m", "input_series": list(inputs), "alert_rule_test": list(expected)})


def _run(folder: Path, test: Mapping[str, object]) -> None:
    document = {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": [test]}
    (folder / "test.yml").write_text(yaml.safe_dump(document, width=1_000_000), encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - a program of Debian
        [needed("promtool"), "test", "rules", "test.yml"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def firing(minute: int, *alerts: Fired, by: Sequence[str] = TOLD) -> dict[str, object]:
    """Exactly these alerts fire at a minute."""
    told = [{label: value for label, value in zip(by, alert, strict=True) if value} for alert in alerts]
    samples = [{"labels": selector("", labels), "value": 1} for labels in told]
    expr = f'count by ({", ".join(by)}) (ALERTS{{alertstate="firing"}})'
    return {"expr": expr, "eval_time": f"{minute}m", "exp_samples": samples}


def never(minutes: int) -> dict[str, object]:
    """Nothing has fired in any minute until this one."""
    expr = f'count by ({", ".join(TOLD)}) (max_over_time(ALERTS{{alertstate="firing"}}[{minutes}m]))'
    return {"expr": expr, "eval_time": f"{minutes}m", "exp_samples": []}
