"""The two ways a row is tested: by an expression over its columns, or value by value.

An expression says where a rule is broken; all of them are counted in one pass over a batch, and only where there is
something to show are rows taken out. A value test looks at each distinct value once, which is cheap where a column
repeats itself: units, days, tags, details.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import polars as pl

from analytics.focus_check.report import Finding, Findings
from analytics.focus_check.source import Batch

_REMEMBERED_VALUES = 1_000_000
"""Of one column: about 100 MB of tags, should each row have its own."""


@dataclass(frozen=True, slots=True)
class RowTest:
    """Rows where ``breaks`` is true break the rule; the finding shows the column."""

    rule: str
    column: str
    breaks: pl.Expr
    expected: str


@dataclass(frozen=True, slots=True)
class ValueTest:
    """Values for which ``wanted`` answers with what would do break the rule."""

    rule: str
    column: str
    wanted: Callable[[str], str | None]


@dataclass(slots=True)
class RowTesting:
    """Runs row tests over the batches of one file."""

    tests: Sequence[RowTest]

    def see(self, batch: Batch, findings: Findings) -> None:
        """Add what is wrong in a batch."""
        usable = [test for test in self.tests if batch.has(test.column)]
        counts = batch.frame.select(
            test.breaks.fill_null(value=False).sum().alias(str(i)) for i, test in enumerate(usable)
        )
        for test, count in zip(usable, counts.row(0) if usable else (), strict=True):
            if count:
                findings.add_all(_broken(batch, test, findings.room(test.rule)), test.rule, count)


@dataclass(slots=True)
class ValueTesting:
    """Runs one value test over the batches of one file, and remembers which values are right."""

    test: ValueTest
    right: set[str] = field(default_factory=set)

    def see(self, batch: Batch, findings: Findings) -> None:
        """Add what is wrong in a batch."""
        if not batch.has(self.test.column):
            return
        distinct = set(batch.frame[self.test.column].unique().drop_nulls()) - self.right
        wanted = {value: self.test.wanted(value) for value in distinct}
        wrong = {value: expected for value, expected in wanted.items() if expected is not None}
        if len(self.right) < _REMEMBERED_VALUES:
            self.right |= wanted.keys() - wrong.keys()
        for value, expected in sorted(wrong.items()):
            same = RowTest(self.test.rule, self.test.column, pl.col(self.test.column) == value, expected)
            RowTesting([same]).see(batch, findings)


def _broken(batch: Batch, test: RowTest, room: int) -> list[Finding]:
    rows = batch.frame.lazy().with_row_index("#", offset=batch.first_row).filter(test.breaks)
    found = rows.select("#", test.column).head(room).collect()
    return [
        Finding(test.rule, batch.source.name, row, test.column, quoted(value), test.expected)
        for row, value in found.rows()
    ]


def quoted(value: str | None) -> str:
    """A value as a finding shows it.

    >>> quoted(None), quoted("GenAI")
    ('null', "'GenAI'")
    """
    return "null" if value is None else repr(value)
