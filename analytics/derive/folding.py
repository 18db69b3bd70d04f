"""Folding of ``metric_totals``: derivations append rows, which costs them 2 ms; now and then they become one a series.

A scrape sums what there is, so it decides no figure when that happens.
"""

from collections.abc import Mapping, Sequence

from collector.store import Query, Step, Store

MOST_ROWS = 20_000
"""Rows appended before they are folded: summing as many takes some 5 ms."""


class Folding:
    """How many rows wait, for one deriver."""

    def __init__(self, store: Store, queries: Mapping[str, Query], most_rows: int = MOST_ROWS) -> None:
        """Ask the store how the totals stand."""
        self._queries, self._most_rows = queries, most_rows
        (stands,) = store.run(queries["derive_folds"]).to_pylist()
        self._fold: int = stands["fold"]
        self._waiting: int = stands["unfolded"]
        self._told = 0
        self._due = False

    def steps(self, rows: int) -> Sequence[Step]:
        """What to do after these many rows are appended."""
        self._told, self._due = rows, self._waiting + rows > self._most_rows
        fold = {"fold": self._fold + 1}
        folding = [Step(self._queries[name], fold) for name in ("derive_fold_totals", "derive_forget_folded")]
        return folding if self._due else []

    def written(self) -> None:
        """These steps are committed."""
        self._waiting = 0 if self._due else self._waiting + self._told
        self._fold += self._due
        self._told, self._due = 0, False
