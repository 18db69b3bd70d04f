"""Requests of which the effect of being served lower is known, because it is built in; every world has its seed."""

import numpy as np

from alerts.effects.before import Times
from alerts.effects.comparing import Arm

PARTS, TENANTS = 40, 64
LONG, ROUTES = 60, 6


def arm(values, block, tenant):
    n, x, xx = (np.zeros((PARTS, TENANTS)) for _ in range(3))
    for cells, amount in ((n, np.ones(len(values))), (x, values), (xx, values**2)):
        np.add.at(cells, (block, tenant), amount)
    return Arm(n, x, xx)


def same_hour(seed, effect, *, draw, tenants=1, requests=1200, share=0.4, wave=0.0):
    """Requests of which chance sends a share lower; every block and every tenant has a level of its own."""
    chance = np.random.default_rng(seed)
    block, tenant = chance.integers(0, PARTS, requests), chance.integers(0, tenants, requests)
    down = chance.uniform(size=requests) < share
    level = chance.normal(0, wave, PARTS)[block] + chance.normal(0, wave, TENANTS)[tenant]
    values = draw(chance, level + effect * down)
    return (arm(values[side], block[side], tenant[side]) for side in (down, ~down))


def skewed(chance, level):
    return level + chance.exponential(1.0, len(level))


def failing(chance, level):
    return (chance.uniform(size=len(level)) < 0.03 + level).astype(float)


def often(chance, level):
    return (chance.uniform(size=len(level)) < np.clip(0.5 + level, 0, 1)).astype(float)


def window(chance, level, *, each=12, groups=1, draw):
    """Requests of one time: every part of it has a level, for all groups alike."""
    n, x, xx = (np.zeros((LONG, groups)) for _ in range(3))
    for group in range(groups):
        for block in range(LONG):
            values = draw(chance, level[block] * (1 + group), chance.poisson(each))
            n[block, group], x[block, group], xx[block, group] = len(values), values.sum(), (values**2).sum()
    return Arm(n, x, xx)


def quick(chance, level, count):
    return level * chance.lognormal(0, 0.5, count)


def good(chance, level, count):
    return (chance.uniform(size=count) < np.clip(level, 0, 1)).astype(float)


def two_times(seed, *, draw, before, after, effect):
    """What changes for everybody from before to after, and the effect on those stepped down alone."""
    chance = np.random.default_rng(seed)
    then, now = (chance.normal(level, 0.1 * level, LONG) for level in (before, after))
    stepped = now * effect if draw is quick else now + effect
    return Times(
        window(chance, stepped, draw=draw),
        window(chance, then, draw=draw),
        window(chance, now, groups=ROUTES if draw is quick else 1, draw=draw),
        window(chance, then, groups=ROUTES if draw is quick else 1, draw=draw),
    )


def true_change(draw, after, effect):
    """What the effect comes to: a lognormal factor of mean exp(0.5^2 / 2) on what it is after, or the effect itself."""
    return after * np.exp(0.5**2 / 2) * (effect - 1) if draw is quick else effect
