"""What every tool says, minute by minute, of the same events: the definitions in a few lines of NumPy.

Everything here is held against the real thing by the tests beside it: the rules in the real Prometheus, google's
slo-generator in an environment of its own, and our engine over a real store. What is left is quick enough for months.

An error ratio of a window without events is unknown (NaN) and fires nothing, with every tool.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincc

from analytics.slo.evidence import Gate
from analytics.slo.rules.gate import RatioGate
from analytics.slo.windows import WORKBOOK_WINDOWS, Severity, factor
from tests.differential.peers import PYRRA_28D, SLOTH_28D, PeerRow

TARGET = 0.99
PERIOD_S = 28 * 86_400.0
Firing = np.ndarray
"""Whether a tool fires at the end of each minute."""


@dataclass(frozen=True, slots=True)
class Events:
    """How many events, and how many bad ones, in each minute."""

    events: np.ndarray
    bad: np.ndarray

    def counters(self) -> tuple[np.ndarray, np.ndarray]:
        """Both as counters: the value at minute 0 and at the end of each minute."""
        return tuple(np.concatenate([[0], np.cumsum(each)]) for each in (self.events, self.bad))  # type: ignore[return-value]

    def window(self, minutes: int) -> tuple[np.ndarray, np.ndarray]:
        """Events and bad events of the window that ends with each minute, from minute 0 on."""
        return tuple(  # type: ignore[return-value]
            counter - np.concatenate([np.full(min(minutes, len(counter)), counter[0]), counter[:-minutes]])
            for counter in self.counters()
        )

    def ratio(self, minutes: int) -> np.ndarray:
        """The error ratio of that window."""
        events, bad = self.window(minutes)
        return np.divide(bad, events, out=np.full(len(events), np.nan), where=events > 0)


def engine(found: Events, gate: Gate | None = None) -> Firing:
    """Ours: raw ratio above the factor in both windows, and the posterior of the long one."""
    gate = gate or Gate()

    def enough(events: np.ndarray, bad: np.ndarray, ratio: float) -> np.ndarray:
        posterior = betaincc(bad + 0.5, events - bad + 0.5, ratio)
        return (posterior >= gate.confidence) & (events >= gate.minimum_requests)

    return _ours(found, enough)


def our_rules(found: Events, gate: Gate | None = None) -> Firing:
    """Our rules: the same, with the posterior approximated."""
    gate = gate or Gate()

    def enough(events: np.ndarray, bad: np.ndarray, ratio: float) -> np.ndarray:
        asked = RatioGate.of(ratio, gate)
        with np.errstate(divide="ignore", invalid="ignore"):
            bound = asked.ratio + asked.spread / np.sqrt(events) + asked.offset / events
            return (bad / events >= bound) & (events >= asked.minimum)

    return _ours(found, enough)


def sloth(found: Events) -> Firing:
    """Raw ratios above the factor in both windows."""
    return _any(_raw(found, row) for row in SLOTH_28D if row.severity == "page")


def pyrra(found: Events) -> Firing:
    """The same with other factors, and for a while."""
    rows = [row for row in PYRRA_28D if row.severity == "page"]
    return _any(lasting(_raw(found, row), int(row.for_.removesuffix("m"))) for row in rows)


GENERATOR_STEPS = ((60, 9.0), (720, 3.0))
"""Minutes and threshold of the single windows in slo-generator's own error budget policy."""


def slo_generator(found: Events) -> Firing:
    """One window at a time; the good ratio is rounded to six digits, and the burn to one, before it is compared."""
    return _any(rounded_burn(*found.window(minutes)) > limit for minutes, limit in GENERATOR_STEPS)


def rounded_burn(events: np.ndarray, bad: np.ndarray, target: float = TARGET) -> np.ndarray:
    """The burn as slo-generator tells it; Python rounds other than NumPy does, so every distinct value is rounded."""
    good = np.divide(events - bad, events, out=np.full(len(events), np.nan), where=events > 0)
    distinct, places = np.unique(good, return_inverse=True)
    burns = [np.nan if np.isnan(one) else round((1 - round(one, 6)) / (1 - target), 1) for one in distinct.tolist()]
    return np.array(burns)[places]


TOOLS: Mapping[str, Callable[[Events], Firing]] = {
    "Burnline": engine,
    "Burnline's rules": our_rules,
    "Sloth's style": sloth,
    "Pyrra's style": pyrra,
    "slo-generator": slo_generator,
}


def _ours(found: Events, enough: Callable[[np.ndarray, np.ndarray, float], np.ndarray]) -> Firing:
    fired = []
    for row in (row for row in WORKBOOK_WINDOWS if row.severity is Severity.PAGE):
        burn = factor(row, PERIOD_S)
        long, short = round(row.long_s / 60), round(row.short_s / 60)
        both = (found.ratio(long) / (1 - TARGET) > burn) & (found.ratio(short) / (1 - TARGET) > burn)
        events, bad = (window[both] for window in found.window(long))
        both[both] = enough(events, bad, burn * (1 - TARGET))
        fired.append(both)
    return _any(fired)


def _raw(found: Events, row: PeerRow) -> Firing:
    units = {"m": 1, "h": 60}
    long, short = (found.ratio(int(w[:-1]) * units[w[-1]]) for w in (row.long, row.short))
    limit = row.factor * (1 - TARGET)
    return (long > limit) & (short > limit)


def lasting(holds: Firing, minutes: int) -> Firing:
    """Where it has held for so long without a break."""
    broken = np.where(holds, -1, np.arange(len(holds)))
    since = np.arange(len(holds)) - np.maximum.accumulate(broken)
    return holds & (since > minutes)


def _any(fired) -> Firing:
    return np.logical_or.reduce(list(fired))
