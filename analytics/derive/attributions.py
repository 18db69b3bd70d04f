"""Whom a request is for: its root's words, and where the root is silent the first span's that says something."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa

from analytics.derive.distinct import distinct
from analytics.derive.ruling import NAMES, Ruling, Words
from analytics.derive.spans import Spans
from analytics.derive.tree import Index, Mask
from analytics.runs.run import Chosen
from analytics.runs.runs import Runs
from collector.normalise.hashing import Keys, tuple_key
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics")
_REMEMBERED = 200_000
"""Completions kept at hand; words come from outside, so their number has a limit."""
_NOBODY = 0
"""Instead of a combination, where no request is known that a figure is about."""
_NO_WORDS: Words = (None,) * len(NAMES)


class Attributions:
    """The combinations of words in the store, and the ones derivation adds."""

    def __init__(self, store: Store, runs: Runs) -> None:
        """Nothing is read until it is asked for."""
        self._store = store
        self._words: dict[int, Words] = {}
        self._completed: dict[tuple[int, int], int] = {}
        self._new: dict[int, Words] = {}
        self._ruling = Ruling(runs, self._words.__getitem__, self._key_of)

    def of(self, spans: Spans, trace: Index, root: Index, chosen: Chosen) -> tuple[Keys, Keys]:
        """Keys per request and per span: a span's own words, completed by its request's, then what rules make of them.

        ``trace`` numbers the request of every span, ``root`` is the position of the span that stands for each request.
        Rules ask a request about its root's facts and a span about its own; what they leave open on a span is filled
        from its request once more, because a rule may have told the request more.
        """
        if len(self._completed) > _REMEMBERED:
            self._words.clear()
            self._completed.clear()
        of_request, per_span = self._said_by(spans, trace, root)
        if self._ruling.applies(chosen):
            self._know(np.unique(spans.attribution).tolist())
            of_request = self._ruling.keys(spans, root, of_request, chosen)
            per_span = self._ruling.keys(spans, np.arange(len(spans)), per_span, chosen)
            per_span = self._completed_by(per_span, of_request[trace])
        return of_request, per_span

    def _said_by(self, spans: Spans, trace: Index, root: Index) -> tuple[Keys, Keys]:
        """Keys per request and per span by what spans say alone."""
        of_root = spans.attribution[root]
        of_request = of_root.copy()
        differs = spans.attribution != of_root[trace]
        mixed = np.unique(trace[differs])
        per_span = spans.attribution.copy()
        if len(mixed):
            self._know(np.unique(spans.attribution).tolist())
            for number, said in self._said(spans, trace, differs).items():
                of_request[number] = self._complete(int(of_root[number]), said)
            at = np.flatnonzero(np.isin(trace, mixed))
            per_span[at] = self._completed_by(per_span[at], of_request[trace[at]])
        return of_request, per_span

    def _completed_by(self, own: Keys, others: Keys) -> Keys:
        """Each of ``own`` completed by the one beside it."""
        pairs, inverse = distinct([pa.array(own), pa.array(others)], len(own))
        found = [self._complete(int(own[i]), [int(others[i])]) for i in pairs]
        return np.array(found, np.uint64)[inverse]

    def named(self, keys: pa.ChunkedArray) -> Mapping[str, pa.Array]:
        """The tenants and routes of combinations; nobody has none."""
        found, inverse = np.unique(keys.to_numpy(), return_inverse=True)
        keys_found = found.tolist()
        self._know(key for key in keys_found if key != _NOBODY)
        words = [_NO_WORDS if key == _NOBODY else self._words[key] for key in keys_found]
        return {
            name: pa.array([said[NAMES.index(name)] for said in words], pa.string()).take(pa.array(inverse))
            for name in ("tenant", "route")
        }

    def new_rows(self) -> pa.Table:
        """Combinations that came up since the last :meth:`written`, for the table ``attributions``."""
        columns: dict[str, pa.Array] = {"attribution_id": pa.array(list(self._new), pa.uint64())}
        for i, name in enumerate(NAMES):
            columns[name] = pa.array([words[i] for words in self._new.values()], pa.string())
        return pa.table(columns)

    def written(self) -> None:
        """The new rows are committed."""
        self._new.clear()

    def _said(self, spans: Spans, trace: Index, differs: Mask) -> dict[int, list[int]]:
        """Per mixed trace: other combinations in the order of their spans' start."""
        at = np.flatnonzero(differs)
        at = at[np.lexsort((spans.span_id[at], spans.start_ns[at]))]
        said: dict[int, list[int]] = {}
        for i in at:
            said.setdefault(int(trace[i]), []).append(int(spans.attribution[i]))
        return said

    def _complete(self, own: int, others: Sequence[int]) -> int:
        for other in others:
            own = self._completed.get((own, other)) or self._completion(own, other)
        return own

    def _completion(self, own: int, other: int) -> int:
        words = tuple(
            mine if mine is not None else theirs
            for mine, theirs in zip(self._words[own], self._words[other], strict=True)
        )
        key = self._completed[own, other] = self._key_of(words)
        return key

    def _key_of(self, words: Words) -> int:
        key = tuple_key(words)
        if key not in self._words:
            self._words[key] = self._new[key] = words
        return key

    def _know(self, keys: Iterable[int]) -> None:
        if all(key in self._words for key in keys):
            return
        for row in self._store.run(_QUERIES["derive_attributions"]).to_pylist():
            self._words[row["attribution_id"]] = tuple(row[name] for name in NAMES)
