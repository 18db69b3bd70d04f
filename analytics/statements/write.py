"""Writing statements: a folder with a page per cost centre and an index over them.

    index.html
    CC-1001.html ...
    manifest.json     which export they are of, and the hash of each page; written last, so that they can be delivered

The grand total is rounded to cents once; cost centres, sections and lines are shown in cents that add up to it. The
same charges give the same bytes.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pyarrow as pa

from analytics.focus.batches import batches_of
from analytics.focus.files import PARTIAL, Written, hashed
from analytics.focus.manifest import (
    GENERATOR,
    LAYOUT,
    STATEMENTS,
    ExportManifest,
    file_document,
    period_document,
    write_manifest,
)
from analytics.focus.period import PeriodInfo
from analytics.focus.profiles import MANIFEST_FILE
from analytics.focus.settings import Chargeback
from analytics.ledger.terms import program_version
from analytics.notation import usd_text
from analytics.statements.cents import apportioned, in_cents
from analytics.statements.pages import index_page, statement_page
from analytics.statements.statement import Statement, statement_of
from analytics.statements.sums import Row, Sums, cost_of, exact_sum

INDEX = "index.html"
Progress = Callable[[str, int, int], None]
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")


class StatementError(ValueError):
    """Statements that would not say what the export says."""


@dataclass(frozen=True, slots=True)
class Statements:
    """What was written."""

    folder: Path
    files: tuple[str, ...]
    """The index first."""
    statements: tuple[Statement, ...]
    total: Decimal
    """What all of them show together, whole cents."""


def write_statements(
    charges: Iterable[pa.RecordBatch],
    folder: Path,
    *,
    terms: Chargeback,
    period_info: PeriodInfo,
    manifest: ExportManifest,
    expected_rows: int = 0,
    progress: Progress | None = None,
) -> Statements:
    """Write the statements of the month whose export has this manifest.

    Raises :class:`StatementError` when the charges are not those of the export: nothing is written then.
    """
    sums = _summed(charges, period_info, expected_rows, progress)
    made = statements_of(sums.by_center(), period_info, terms)
    _check(made, manifest)
    named = file_names([statement.center.cost_center for statement in made])
    links = [(statement, named[statement.center.cost_center]) for statement in made]
    pages = {INDEX: index_page(links, period_info, terms, manifest.sha256)}
    pages |= {file: statement_page(statement, terms, manifest.sha256) for statement, file in links}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST_FILE).unlink(missing_ok=True)
    for file, text in reversed(pages.items()):  # the index last: it names only pages that are there
        (folder / (file + PARTIAL)).write_text(text, encoding="utf-8", newline="\n")
        (folder / (file + PARTIAL)).replace(folder / file)
    found = Statements(folder, tuple(pages), made, exact_sum(statement.total for statement in made))
    write_manifest(folder, _manifest(found, manifest, period_info))
    return found


def statements_of(
    centers: Mapping[str, Mapping[str, list[Row]]], period: PeriodInfo, terms: Chargeback
) -> tuple[Statement, ...]:
    """The statements of all cost centres, by name; their totals add up to the grand total in cents."""
    exact = [cost_of(parts["entries"]) for parts in centers.values()]
    totals = apportioned(exact, in_cents(exact_sum(exact)))
    each = zip(centers.items(), totals, strict=True)
    return tuple(statement_of(name, dict(parts), total, period, terms) for (name, parts), total in each)


def file_names(centers: Sequence[str]) -> dict[str, str]:
    """The file of each cost centre: its name where a file system can hold it, else a likeness with a hash.

    >>> file_names(["CC-1", "../etc", "cc-1"])
    {'CC-1': 'CC-1-009db060.html', '../etc': 'etc-f7f9121f.html', 'cc-1': 'cc-1-d430bdb5.html'}
    """
    alike = [name.lower() for name in centers]
    return {name: _file(name, once=alike.count(name.lower()) == 1) for name in centers}


def _file(name: str, *, once: bool) -> str:
    if once and _PLAIN.fullmatch(name) and name.lower() != "index":
        return f"{name}.html"
    likeness = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:60] or "cost-centre"
    return f"{likeness}-{sha256(name.encode()).hexdigest()[:8]}.html"


def _manifest(found: Statements, of: ExportManifest, period: PeriodInfo) -> ExportManifest:
    files = [Written(name, "Statement", "people", 0, *hashed(found.folder / name)) for name in found.files]
    return ExportManifest(
        {
            "kind": STATEMENTS,
            "layout": LAYOUT,
            "generator": GENERATOR.format(program_version()),
            "profile": "statements",
            "export": {"profile": of.profile, "sha256": of.sha256},
            "period": period_document(period),
            "rows": len(found.statements),
            "sums": {"BilledCost": usd_text(found.total)},
            "files": [file_document(file) for file in files],
        }
    )


def _summed(
    charges: Iterable[pa.RecordBatch], period: PeriodInfo, expected_rows: int, progress: Progress | None
) -> Sums:
    sums, seen = Sums(), 0
    for batch in batches_of(charges, period.start):
        sums.add(batch)
        seen += len(batch)
        if progress is not None:
            progress("statements", seen, max(expected_rows, seen))
    return sums


def _check(made: Sequence[Statement], manifest: ExportManifest) -> None:
    total = exact_sum(statement.exact_total for statement in made)
    exported = Decimal(manifest.sums["BilledCost"])
    if total != exported:
        raise StatementError(
            f"the charges sum to {total} and the export of {manifest.month} to {exported}; expected the charges of "
            "that export: of an open month, export again and make the statements from the same charges"
        )
