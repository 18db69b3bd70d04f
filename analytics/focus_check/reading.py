"""One pass over a file: everything that its own rows can show, and what the rules between files need of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from analytics.focus.columns import Dataset
from analytics.focus_check import charge_tests, column_tests, null_tests, structure
from analytics.focus_check.costs import PRODUCTS, CreditCosts, SameCurrency
from analytics.focus_check.json_forms import split_details
from analytics.focus_check.relations import ROW_ID, UsedOnce, relations
from analytics.focus_check.report import Finding, Findings
from analytics.focus_check.row_tests import RowTesting, ValueTest, ValueTesting
from analytics.focus_check.source import Batch, Source, Unreadable
from analytics.focus_check.splits import Commitments, Shares
from analytics.focus_check.totals import Totals

Progress = Callable[[str, int, int], None]
"""Told the file's name, the rows read so far, and 0, because nobody knows how many there are."""


@dataclass(slots=True)
class Read:
    """A file that was read."""

    source: Source
    totals: Totals = field(default_factory=Totals)
    """Sums and rows; sums where it holds charges."""
    frames: list[pl.DataFrame] = field(default_factory=list)
    """Its rows, where it holds no charges and is small."""
    is_readable: bool = True


class _Seeing(Protocol):
    def see(self, batch: Batch, findings: Findings) -> None:
        """Look at a batch."""


class _Ending(_Seeing, Protocol):
    def end(self, name: str, findings: Findings) -> None:
        """Say what only the whole file shows."""


def read(source: Source, findings: Findings, progress: Progress | None) -> Read:
    """Read a file to its end and add what is wrong with it; what cannot be read is a finding too."""
    done = Read(source)
    try:
        for finding in structure.findings_of(source):
            findings.add(finding)
        _pass(done, findings, progress)
    except Unreadable as error:
        findings.add(
            Finding("file-readable", source.name, None, None, str(error), "Parquet, or well-formed CSV in UTF-8")
        )
        done.is_readable = False
    return done


def _pass(done: Read, findings: Findings, progress: Progress | None) -> None:
    source = done.source
    is_charges = source.dataset is Dataset.COST_AND_USAGE
    ending = _ending() if is_charges else []
    seeing = [*_seeing(source, is_charges=is_charges), *ending, *([done.totals] if is_charges else [])]
    for batch in source.batches():
        for each in seeing:
            each.see(batch, findings)
        if not is_charges:
            done.frames.append(batch.frame)
            done.totals.rows += batch.frame.height
        if progress is not None:
            progress(source.name, done.totals.rows, 0)
    for each in ending:
        each.end(source.name, findings)


def _seeing(source: Source, *, is_charges: bool) -> Iterable[_Seeing]:
    header = source.header()
    tests = list(column_tests.row_tests(source))
    values = list(column_tests.value_tests(source))
    if is_charges:
        tests += [*null_tests.row_tests(source.known, header), *charge_tests.row_tests(header)]
        values += [ValueTest("split-details-form", name, split_details) for name in source.known if name == _DETAILS]
    else:
        tests += charge_tests.period_tests(header)
    yield RowTesting(tests)
    yield from map(ValueTesting, values)
    if is_charges:
        yield from PRODUCTS
        yield CreditCosts()
        yield SameCurrency()
        yield from relations()


def _ending() -> list[_Ending]:
    return [UsedOnce("row-id-unique", ROW_ID), Shares(), Commitments()]


_DETAILS = "AllocatedMethodDetails"
