"""Reads the streams of a comparison out of the store, period by period."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.drift.splitting import STRATA, Events
from analytics.drift.stream import Key, Stream, stream
from analytics.drift.windows import Compared, Layout
from analytics.notation import NS_PER_S
from analytics.questions import Window
from collector.store import Store, queries_of

DIMENSIONS = ("all", "route", "tenant", "model")
"""Whose distributions are compared: everybody's, and those of each value of these words."""
_QUERIES = queries_of("analytics.drift")
_NUMERIC, _WORDS = ("drift_figures", "drift_told"), ("drift_words",)
_KEY = ("measure", "dimension", "value")


def streams(store: Store, compared: Compared, most: int, only: Collection[Key] | None = None) -> list[Stream]:
    """Every stream, or only some, at most so many: those with the most events of the window first."""
    known = _Layouts(compared.layout(), {})
    found = [
        one
        for names in (_NUMERIC, _WORDS)
        for one in _streams(_rows(store, compared, names), known, len(compared.periods) - 1, only)
    ]
    return sorted(found, key=lambda one: (-int(one.sides()[1].sum()), one.key))[:most]


@dataclass(frozen=True, slots=True, eq=False)
class _Layouts:
    """The layouts of the periods that streams have events in; few different ones."""

    whole: Layout
    known: dict[tuple[int, ...], tuple[Layout, np.ndarray]]

    def of(self, periods: tuple[int, ...]) -> tuple[Layout, np.ndarray]:
        """The layout of some periods, and where its blocks are among all of them."""
        if periods not in self.known:
            kept = np.isin(self.whole.period, periods)
            self.known[periods] = self.whole.only(periods), np.cumsum(kept) - 1
        return self.known[periods]


def _rows(store: Store, compared: Compared, names: Sequence[str]) -> pa.Table:
    """The rows of all periods, with the number of the period and the block counted over all of them."""
    parts, first = [], 0
    for number, period in enumerate(compared.periods):
        many = compared.blocks(period)
        asked = {**_bounds(compared, period), "dimensions": [*DIMENSIONS]}
        for name in names:
            rows = store.run(_QUERIES[name], asked)
            rows = rows.append_column("period", pa.array(np.full(len(rows), number)))
            parts.append(rows.set_column(3, "block", pc.add(rows["block"], first)))
        first += many
    return pa.concat_tables(parts)


def _streams(rows: pa.Table, layouts: _Layouts, window: int, only: Collection[Key] | None) -> Iterator[Stream]:
    """Cut rows into streams; what has no events in the window, or in the reference, still is one with too few."""
    if not len(rows):
        return
    rows = rows.sort_by([(name, "ascending") for name in _KEY])
    codes = [rows[name].combine_chunks().dictionary_encode().indices.to_numpy() for name in _KEY]
    changed = np.flatnonzero(np.any([np.diff(code) != 0 for code in codes], axis=0)) + 1
    edges = [0, *changed.tolist(), len(rows)]
    block, period, events = (rows[name].to_numpy() for name in ("block", "period", "events"))
    cells = rows["cell"].to_numpy()
    names = rows.select(_KEY).take(pa.array(edges[:-1])).to_pylist()
    for name, start, end in zip(names, edges, edges[1:], strict=False):
        if only is not None and Key(**name) not in only:
            continue
        at = slice(start, end)
        seen = np.unique(period[at])
        layout, places = layouts.of(tuple(seen.tolist()) if window in seen else (*seen.tolist(), window))
        yield stream(Key(**name), layout, places[block[at]], cells[at], events[at])


def events(store: Store, compared: Compared, one: Stream) -> Events:
    """The events of a stream with what their requests have in common."""
    name = "drift_strata_calls" if one.key.dimension == "model" else "drift_strata"
    asked = one.key._asdict()
    if one.key.dimension == "model":
        del asked["dimension"]
    parts, first = [], 0
    for number in np.unique(one.layout.period):
        period = compared.periods[number]
        many = compared.blocks(period)
        rows = store.run(_QUERIES[name], {**asked, **_bounds(compared, period)})
        parts.append(rows.set_column(0, "block", pc.add(rows["block"], first)))
        first += many
    rows = pa.concat_tables(parts)
    words = {word: rows[word].to_numpy() for word in STRATA}
    cell = rows["cell" if one.measure.numeric else "word"].to_numpy()
    return Events(rows["block"].to_numpy(), cell, words, rows["events"].to_numpy())


def _bounds(compared: Compared, period: Window) -> dict[str, int]:
    return {
        "start_ns": period.start_ns,
        "until_ns": period.start_ns + compared.blocks(period) * compared.block_s * NS_PER_S,
        "block_ns": compared.block_s * NS_PER_S,
    }
