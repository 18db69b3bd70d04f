"""Streams made by hand, in the layout of a day against the weekdays of four weeks before."""

import numpy as np

from analytics.drift.stream import Key, stream
from analytics.drift.windows import weekdays
from analytics.notation import NS_PER_S
from analytics.questions import Window

DAY = Window(100 * 86_400 * NS_PER_S, 101 * 86_400 * NS_PER_S)
LAYOUT = weekdays(DAY).layout()


def figures(chance, n, *, cluster=1, shift=0.0, growth=1.0, key=None):
    """A stream of lognormal lengths, ``n`` a day, in clusters that have half of their variance in common."""
    here = LAYOUT.current
    block = np.repeat(np.arange(len(here)), chance.poisson(n / cluster / 12 * np.where(here, growth, 1.0)))
    common = np.repeat(chance.normal(size=len(block)), cluster)
    block = np.repeat(block, cluster)
    own = chance.normal(size=len(block))
    spread = (common + own) / np.sqrt(2) if cluster > 1 else own
    cells = 16_384 + np.round(32 * np.log2(np.exp(4.6 + 0.6 * (spread + shift * here[block])))).astype(np.int64)
    return stream(key or Key("output_tokens", "all", ""), LAYOUT, block, cells, np.ones_like(block))


def words(chance, n, shares, since=None, key=None):
    """A stream of words with these shares, others in the window."""
    blocks, cells, events = [], [], []
    for block, here in enumerate(LAYOUT.current):
        drawn = chance.multinomial(round(n / 12), since if here and since is not None else shares)
        for word, many in enumerate(drawn):
            blocks.append(block)
            cells.append(f"word-{word}")
            events.append(many)
    at = np.array(blocks), np.array(cells), np.array(events)
    return stream(key or Key("ended_as", "all", ""), LAYOUT, *at)
