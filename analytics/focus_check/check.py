"""Checking an export: one pass over each file, then the rules between files, then the manifest.

    folder -> files -> columns -> batches of rows -> sums -> periods, invoices, manifest -> report

Memory stays bounded by the batches, whatever the size of a file; what is kept over batches are sums, and one text per
row for the rule that ids are used once.
"""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from analytics.focus.columns import Dataset
from analytics.focus.profiles import FILES, Profile
from analytics.focus_check import datasets
from analytics.focus_check.exact import shown
from analytics.focus_check.manifest import check_manifest
from analytics.focus_check.reading import Progress, Read, read
from analytics.focus_check.report import Finding, Findings, Report
from analytics.focus_check.rules import rules_of
from analytics.focus_check.source import Source

Payable = Mapping[tuple[str, str], Decimal]
"""What each invoice asks for, by issuer and invoice."""
FINDINGS_PER_RULE = 20


def check(
    path: Path,
    profile: Profile,
    *,
    payable: Payable | None = None,
    cap: int = FINDINGS_PER_RULE,
    progress: Progress | None = None,
) -> Report:
    """Check the export in a folder, with its manifest, or a single file of Cost and Usage, against a profile.

    ``payable`` are the amounts that the invoices ask for, where they are known. At most ``cap`` findings of each rule
    are kept; all are counted.
    """
    findings = Findings(cap)
    files = [read(source, findings, progress) for source in _sources(path, profile, findings)]
    readable = [file for file in files if file.is_readable]
    _check_between(readable, findings)
    for file in readable:
        if file.source.dataset is Dataset.COST_AND_USAGE:
            _check_payable(file, payable or {}, findings)
    if path.is_dir():
        check_manifest(path, files, findings)
    rows = {file.source.name: file.totals.rows for file in files}
    return Report(tuple(findings.kept), dict(findings.counts), rows, rules_of(profile.version))


def _sources(path: Path, profile: Profile, findings: Findings) -> list[Source]:
    if not path.is_dir():
        return [Source(path, Dataset.COST_AND_USAGE, profile.version)]
    sources = []
    for dataset in profile.datasets:
        found = sorted(each for each in path.glob(f"{FILES[dataset]}*") if each.suffix in {".csv", ".parquet"})
        sources += [Source(each, dataset, profile.version) for each in found]
        if not found:
            expected = f"{FILES[dataset]}.csv or {FILES[dataset]}.parquet"
            findings.add(Finding("datasets-present", path.name, None, None, f"no file of {dataset}", expected))
    return sources


def _check_between(files: list[Read], findings: Findings) -> None:
    for file in files:
        periods = _whole(Dataset.BILLING_PERIOD, file, files)
        if file.source.dataset is Dataset.COST_AND_USAGE:
            details = _whole(Dataset.INVOICE_DETAIL, file, files)
            if periods is not None:
                datasets.check_periods(periods, file.totals, file.source.name, findings)
            if details is not None:
                datasets.check_invoices(details, file.totals, file.source.name, findings)
        elif file.source.dataset is Dataset.BILLING_PERIOD:
            datasets.check_period_rows(datasets.whole(file.source.name, file.frames), findings)
        else:
            datasets.check_invoice_rows(datasets.whole(file.source.name, file.frames), periods, findings)


def _whole(dataset: Dataset, beside: Read, files: list[Read]) -> datasets.Whole | None:
    """The dataset beside a file: as the same kind of file if there is one."""
    found = [file for file in files if file.source.dataset is dataset]
    found.sort(key=lambda file: file.source.path.suffix != beside.source.path.suffix)
    return datasets.whole(found[0].source.name, found[0].frames) if found else None


def _check_payable(charges: Read, payable: Payable, findings: Findings) -> None:
    billed = charges.totals.by("BilledCost", lambda group: (group.issuer, group.invoice))
    for (issuer, invoice), expected in payable.items():
        found = billed.get((issuer, invoice), Decimal(0))
        if found != expected:
            place = f"{shown(found)} for {issuer} / {invoice}"
            wanted = f"{shown(expected)}, the payable amount"
            findings.add(Finding("payable-amount", charges.source.name, None, "BilledCost", place, wanted))
