"""Words made once per distinct key: a month of a million charges repeats a few thousand terms.

A lexicon grows while charges stream through it. Each batch is joined with it, so no Python object is made per row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

Row = Mapping[str, Any]


@dataclass(slots=True)
class Lexicon:
    """The columns ``schema`` for each distinct combination of the columns ``keys``."""

    keys: tuple[str, ...]
    schema: Mapping[str, pl.DataType]
    make: Callable[[Row], Mapping[str, object]]
    """From the values of the keys to those of the schema; a pure function."""
    _known: pl.DataFrame | None = field(init=False, default=None)

    def joined(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with the lexicon's columns, in the same order."""
        known = self._learn(frame.select(self.keys).unique())
        return frame.join(known, on=self.keys, how="left", nulls_equal=True, maintain_order="left")

    def _learn(self, distinct: pl.DataFrame) -> pl.DataFrame:
        fresh = distinct
        if self._known is not None:
            fresh = distinct.join(self._known, on=self.keys, how="anti", nulls_equal=True)
        if len(fresh):
            made = pl.DataFrame([self.make(row) for row in fresh.iter_rows(named=True)], schema=dict(self.schema))
            grown = fresh.hstack(made)
            self._known = grown if self._known is None else pl.concat([self._known, grown])
        if self._known is None:
            return distinct.hstack(pl.DataFrame(schema=dict(self.schema)))
        return self._known
