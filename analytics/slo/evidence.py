"""Whether a burn is shown by the requests, or only suggested by too few of them.

The gate. On the long window the true error ratio p has the posterior Beta(bad + 1/2, good + 1/2) (Jeffreys' prior), and
P(p > factor x (1 - target)) has to reach the confidence, 0.95; on the short window the raw ratio has to exceed the
same threshold, as a sign that it still happens. A single failed request of one satisfies the posterior (0.98 for a
threshold of 0.13), so a few requests are asked for as well. False page episodes in 30 days of a healthy service (target
0.99 of 28 days, true error ratio 0.005, the two page rows; means of 2,000 months at 2 an hour, of 400 at 10), and the
median minutes until half of all requests failing is seen:

    requests/h    raw ratios    posterior       posterior, 3 requests
    2             7.1, 41 min   1.2, 99 min     0.15, 128 min
    10            7.0, 17 min   0.01, 42 min    0.01, 42 min
    100           0, 16 min     0, 23 min       0, 23 min
    1000          0, 16 min     0, 18 min       0, 18 min

>>> judged(Counts(600, 300), Counts(50, 25), target=0.99, factor=13.44).verdict
<Verdict.FIRING: 'firing'>
>>> judged(Counts(), Counts(), target=0.99, factor=13.44).verdict
<Verdict.INSUFFICIENT_DATA: 'insufficient_data'>
"""

from dataclasses import dataclass

from analytics.slo.arithmetic import Counts, burn_rate
from analytics.slo.verdicts import Reason, Verdict


@dataclass(frozen=True, slots=True)
class Gate:
    """The section ``evidence``: how much has to be known before something is done."""

    confidence: float = 0.95
    """Probability, in 0.5..1, that the true burn is over the threshold, before a window fires."""
    minimum_requests: int = 3
    """Requests the long window has to hold before it can fire: one failure of one is no trend."""

    def __post_init__(self) -> None:
        if not 0.5 <= self.confidence < 1:  # noqa: PLR2004 - below one half, evidence against would count as evidence for
            raise ValueError(f"confidence is {self.confidence}; expected a ratio from 0.5 up to, not including, 1")
        if self.minimum_requests < 1:
            raise ValueError(f"minimum_requests is {self.minimum_requests}; expected at least 1")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with all it rests on; burns are None where no request was judged."""

    verdict: Verdict
    reason: Reason
    long_burn: float | None
    short_burn: float | None
    posterior: float | None


def posterior_over(counts: Counts, ratio: float) -> float:
    """Probability that the true error ratio exceeds ``ratio``, given the counts.

    >>> round(posterior_over(Counts(total=1, good=0), 0.1344), 2)
    0.98
    """
    from scipy.special import betaincc  # noqa: PLC0415 - a quarter second: only who judges a request waits for it

    bad, good = counts.evidence
    return 1.0 if ratio <= 0 else float(betaincc(bad + 0.5, good + 0.5, min(ratio, 1.0)))


def judged(long: Counts, short: Counts, *, target: float, factor: float, gate: Gate | None = None) -> Judgement:
    """What two windows say about burning faster than ``factor``."""
    gate = gate or Gate()
    burns = burn_rate(long, target), burn_rate(short, target)
    posterior = posterior_over(long, factor * (1 - target)) if long.total else None
    enough = posterior is not None and posterior >= gate.confidence and long.worth >= gate.minimum_requests
    verdict, reason = _verdict(*burns, factor, enough=enough)
    return Judgement(verdict, reason, *burns, posterior)


def _verdict(
    long_burn: float | None, short_burn: float | None, factor: float, *, enough: bool
) -> tuple[Verdict, Reason]:
    if long_burn is None:
        return Verdict.INSUFFICIENT_DATA, Reason.NO_REQUESTS
    if long_burn <= factor:
        return Verdict.OK, Reason.LONG_WINDOW_BELOW
    if not enough:
        return Verdict.INSUFFICIENT_DATA, Reason.TOO_FEW_REQUESTS
    if short_burn is None:
        return Verdict.INSUFFICIENT_DATA, Reason.NO_RECENT_REQUESTS
    if short_burn <= factor:
        return Verdict.OK, Reason.SHORT_WINDOW_BELOW
    return Verdict.FIRING, Reason.BURNING
