"""How often are equal variants called different, looked at after every request, and how wide do intervals get for it?

    python -m tests.benchmarks.experiments [streams]

Streams of 10,000 requests whose two variants are alike. Ours is looked at after every request once both variants have
100; the t-test of two means, with the spread of requests or of users as fits, once a day for four weeks; its error at
the end, looked at once, stands beside. Widths are those at the end, over the width of that one look. Last, how many
requests it takes until a variant that costs a fifth more is called worse.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.experiments.intervals import Course, Difference, Sums, difference, half_width
from analytics.experiments.settings import ExperimentSettings
from analytics.experiments.verdicts import LEAST_UNITS
from tests.analytics.experiments.streams import Streams, looks, requests, users

LENGTH, DAYS, BATCH = 10_000, 28, 50
DEARER = 1.2
_Z = 1.959964
_SETTINGS = ExperimentSettings()
Chance = np.random.Generator
Shape = tuple[int, int]
SHAPES: dict[str, Callable[[Chance, Shape], Streams]] = {
    "normal": lambda c, shape: requests(c, shape, lambda s: c.normal(1, 1, s)),
    "lognormal cost (sigma 1.5)": lambda c, shape: requests(c, shape, lambda s: c.lognormal(0, 1.5, s)),
    "the same, one in ten": lambda c, shape: requests(c, shape, lambda s: c.lognormal(0, 1.5, s), 0.1),
    "1 % failures": lambda c, shape: requests(c, shape, lambda s: (c.random(s) < 0.01) * 1.0),
    "1 % failures, one in ten": lambda c, shape: requests(c, shape, lambda s: (c.random(s) < 0.01) * 1.0, 0.1),
    "users of 20 requests": lambda c, shape: users(c, shape, 20),
    "users of 200 requests": lambda c, shape: users(c, shape, 200),
}


@dataclass(frozen=True, slots=True)
class Told:
    """Of one batch of streams, one row each."""

    ours: npt.NDArray[np.bool_]
    """Ever called different."""
    daily: npt.NDArray[np.bool_]
    once: npt.NDArray[np.bool_]
    wider: npt.NDArray[np.float64]
    found_at: npt.NDArray[np.float64]
    """Requests until a dearer variant is called worse; infinite: not within the stream."""


def main() -> None:
    """Print a row for each shape."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    began = time.process_time()
    print((__doc__ or "").splitlines()[0])
    print(f"\n{count} streams of {LENGTH:,} requests a shape, alpha {_SETTINGS.alpha}\n")
    print("| | ours, every request | t-test daily | t-test once | width over one look | a fifth more is seen at |")
    print("|---|---|---|---|---|---|")
    for name in SHAPES:
        told = list(_batches(name, count))
        erred = [np.concatenate([getattr(one, what) for one in told]).mean() for what in ("ours", "daily", "once")]
        wider = np.concatenate([one.wider for one in told]).mean()
        found = np.median(np.concatenate([one.found_at for one in told]))
        said = "" if "failures" in name else f"{found:,.0f}" if np.isfinite(found) else f"more than {LENGTH:,}"
        shares = " | ".join(f"{share:.1%}" for share in erred)
        print(f"| {name} | {shares} | {wider:.2f} | {said} |", flush=True)
    wide, bernstein_wide, missed = bernstein(np.random.default_rng(7), 100)
    print(f"\n1 % failures, half widths: ours {wide:.4f}, empirical Bernstein {bernstein_wide:.4f}, wrong {missed:.1%}")
    print(f"{time.process_time() - began:.0f} s of CPU")


def _batches(name: str, count: int) -> Iterator[Told]:
    chance = np.random.default_rng(20261122)
    for begin in range(0, count, BATCH):
        streams = SHAPES[name](chance, (min(BATCH, count - begin), LENGTH))
        with np.errstate(all="ignore"):
            yield _told(streams, share="failures" in name)


def _told(streams: Streams, *, share: bool) -> Told:
    sides = looks(streams)
    found, enough = difference(*sides, share=share), _enough(sides)
    half, standard = half_width(found, _course()), _standard(sides)
    apart = np.abs(found.value)
    days = np.arange(LENGTH // DAYS, LENGTH, LENGTH // DAYS)
    return Told(
        ours=(enough & (apart > half)).any(axis=1),
        daily=(apart > _Z * standard)[:, days].any(axis=1),
        once=(apart > _Z * standard)[:, -1],
        wider=np.asarray(half / (_Z * standard))[:, -1],
        found_at=_found_at(streams, share=share),
    )


def _found_at(streams: Streams, *, share: bool) -> npt.NDArray[np.float64]:
    if share:  # a fifth more failures is a fifth more requests that fail, not failures worth more
        return np.full(len(streams.arm), np.inf)
    sides = looks(replace(streams, value=np.where(streams.arm, DEARER * streams.value, streams.value)))
    found = difference(*sides)
    seen = _enough(sides) & (found.value > half_width(found, _course()))
    return np.where(seen.any(axis=1), seen.argmax(axis=1) + 1.0, np.inf)


def _course() -> Course:
    return Course(_SETTINGS.alpha, _SETTINGS.tightest_at)


def _enough(sides: tuple[Sums, Sums]) -> npt.NDArray[np.bool_]:
    parts = [(one.requests >= _SETTINGS.requests) & (one.units >= LEAST_UNITS) for one in sides]
    return np.asarray(np.logical_and(*parts))


def _standard(sides: tuple[Sums, Sums]) -> npt.NDArray[np.float64]:
    """The standard error that a t-test takes: each variant's own, over its units."""
    return np.sqrt(sum((_variance(one) for one in sides), np.zeros(())))


def _variance(one: Sums) -> npt.NDArray[np.float64]:
    left = np.asarray(one.xx - 2 * one.ratio * one.nx + one.ratio**2 * one.nn)
    return np.asarray(one.units / (one.units - 1) * np.maximum(left, 0) / one.n**2)


def bernstein(chance: Chance, count: int) -> tuple[float, float, float]:
    """Half widths at the end of ours and of empirical Bernstein, and how often that erred, of 1 % failures.

    The predictable plug-in sequence of Waudby-Smith and Ramdas (JRSS B 86, 2024, theorem 2), at half of alpha each.
    """
    values = (chance.random((2, count, LENGTH // 2)) < 0.01) * 1.0
    (low_a, high_a), (low_b, high_b) = (_bernstein(one, _SETTINGS.alpha / 2) for one in values)
    erred = ((low_b > high_a) | (low_a > high_b)).any(axis=1).mean()
    n, x = LENGTH / 2, values.sum(axis=2)
    a, b = (Sums(n, n, n, one, n, one, one, n, one, one) for one in x)
    found: Difference = difference(a, b, share=True)
    wide = ((high_a - low_a) + (high_b - low_b))[:, -1].mean() / 2
    return float(np.mean(half_width(found, _course()))), float(wide), float(erred)


def _bernstein(x: npt.NDArray[np.float64], alpha: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    t = np.arange(1, x.shape[1] + 1)
    mean = (0.5 + x.cumsum(axis=1)) / (t + 1)
    spread = (0.25 + ((x - mean) ** 2).cumsum(axis=1)) / (t + 1)
    before = np.pad(mean, ((0, 0), (1, 0)), constant_values=0.5)[:, :-1]
    spread_before = np.pad(spread, ((0, 0), (1, 0)), constant_values=0.25)[:, :-1]
    bet = np.minimum(np.sqrt(2 * np.log(2 / alpha) / (spread_before * t * np.log(1 + t))), 0.5)
    paid = (4 * (x - before) ** 2 * (-np.log(1 - bet) - bet) / 4).cumsum(axis=1)
    middle, half = (bet * x).cumsum(axis=1) / bet.cumsum(axis=1), (np.log(2 / alpha) + paid) / bet.cumsum(axis=1)
    return middle - half, middle + half


if __name__ == "__main__":
    main()
