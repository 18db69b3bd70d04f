"""The manifest against the files: which there are, their hashes and rows, and every control total, added up again.

The manifest is read here with nothing of the code that wrote it: a mistake there must not hide itself.
"""

import hashlib
import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from analytics.focus.columns import Dataset
from analytics.focus.profiles import MANIFEST_FILE
from analytics.focus_check.exact import shown
from analytics.focus_check.forms import is_number
from analytics.focus_check.reading import Read
from analytics.focus_check.report import Finding, Findings
from analytics.focus_check.totals import COSTS, Group, Totals

Document = Mapping[str, Any]


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_object, value))


_NEEDED = {"files": _is_list, "sums": _is_object, "invoices": _is_list, "cost_centers": _is_list}


class _Breakdown(NamedTuple):
    """A list of control totals, and what its entries are told apart by."""

    rule: str
    key: str
    named: Callable[[Mapping[str, Any]], Hashable]
    group: Callable[[Group], Hashable]


_BREAKDOWNS = (
    _Breakdown(
        "manifest-invoices",
        "invoices",
        lambda entry: (entry.get("issuer"), entry.get("invoice_id")),
        lambda group: (group.issuer, group.invoice),
    ),
    _Breakdown(
        "manifest-cost-centers",
        "cost_centers",
        lambda entry: entry.get("cost_center"),
        lambda group: group.cost_center,
    ),
)


def check_manifest(folder: Path, files: Sequence[Read], findings: Findings) -> None:
    """Add where the manifest of a folder and its files disagree."""
    document = _document(folder, findings)
    if document is None:
        return
    listed = {str(entry.get("name")): entry for entry in document["files"]}
    _check_files(folder, files, listed, findings)
    for file in files:
        entry = listed.get(file.source.name)
        if not file.is_readable or entry is None:
            continue
        if file.totals.rows != entry.get("rows"):
            found, expected = f"{file.totals.rows} rows", f"{entry.get('rows')}, as the manifest says"
            findings.add(Finding("manifest-rows", file.source.name, None, None, found, expected))
        if file.source.dataset is Dataset.COST_AND_USAGE:
            _check_sums(file.totals, file.source.name, document, findings)


def _document(folder: Path, findings: Findings) -> Document | None:
    expected = "JSON with the lists files, invoices and cost_centers of objects, and the object sums"
    try:
        document = json.loads((folder / MANIFEST_FILE).read_bytes())
        wrong = [key for key, is_right in _NEEDED.items() if not is_right(document[key])]
    except (OSError, ValueError, KeyError, TypeError) as error:
        found = f"{type(error).__name__}: {error}"
        findings.add(Finding("manifest-readable", MANIFEST_FILE, None, None, found, expected))
        return None
    if wrong:
        findings.add(Finding("manifest-readable", MANIFEST_FILE, None, None, f"another kind of {wrong[0]}", expected))
        return None
    return dict(document)


def _check_files(folder: Path, files: Iterable[Read], listed: Mapping[str, Document], findings: Findings) -> None:
    for name in sorted({file.source.name for file in files} - listed.keys()):
        findings.add(
            Finding("manifest-files", name, None, None, "a file that the manifest does not list", "no such file")
        )
    for name, entry in listed.items():
        if not (folder / name).is_file():
            findings.add(
                Finding("manifest-files", name, None, None, "no such file", "the file that the manifest lists")
            )
        elif (found := _sha256(folder / name)) != entry.get("sha256"):
            expected = f"{entry.get('sha256')}, as the manifest says"
            findings.add(Finding("manifest-sha256", name, None, None, found, expected))


def _check_sums(totals: Totals, name: str, document: Document, findings: Findings) -> None:
    whole = {column: totals.by(column, lambda _: None).get(None, Decimal(0)) for column in COSTS}
    for column, found in whole.items():
        _compare(("manifest-sums", name, column), found, document["sums"].get(column), "", findings)
    for breakdown in _BREAKDOWNS:
        stated = {breakdown.named(entry): entry.get("sums", {}) for entry in document[breakdown.key]}
        for column in COSTS:
            sums = totals.by(column, breakdown.group)
            for key in {**sums, **stated}:
                expected = stated.get(key, {}).get(column, "0")
                words = f" for {_named(key)}"
                _compare((breakdown.rule, name, column), sums.get(key, Decimal(0)), expected, words, findings)


def _compare(place: tuple[str, str, str], found: Decimal, expected: object, words: str, findings: Findings) -> None:
    text = str(expected)
    if not is_number(text) or Decimal(text) != found:
        rule, name, column = place
        findings.add(Finding(rule, name, None, column, f"{shown(found)}{words}", f"{text}, as the manifest says"))


def _named(key: Hashable) -> str:
    return " / ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
