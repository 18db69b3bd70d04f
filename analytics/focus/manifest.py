"""The manifest of an export: what is in the folder, added up, written last.

It holds no instant of its own making, so the same charges give the same bytes whenever they are exported. A folder
without a manifest is an export that did not finish.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics.focus.files import PARTIAL, Written
from analytics.focus.people_words import is_unallocated
from analytics.focus.period import PeriodInfo
from analytics.focus.profiles import MANIFEST_FILE, Form, Profile
from analytics.focus.rows import COSTS
from analytics.focus.totals import Coverage, Totals
from analytics.ledger.rounding import ROUNDING
from analytics.ledger.terms import program_version
from analytics.notation import usd_text

KIND = "burnline-focus-export"
STATEMENTS = "burnline-statements"
LAYOUT = 1
"""Version of the manifest's own layout."""
GENERATOR = "burnline {}"
DECIMALS = {"costs": "decimal(38,15)", "unit_prices": "decimal(38,15)", "quantities": "decimal(38,6)"}
Document = Mapping[str, Any]


class BadManifest(ValueError):
    """A folder has no manifest, or none that can be read; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class ExportManifest:
    """A manifest as it stands in the folder."""

    document: Document

    @property
    def content(self) -> bytes:
        """The bytes of ``manifest.json``."""
        return (json.dumps(self.document, ensure_ascii=False, indent=1) + "\n").encode()

    @property
    def sha256(self) -> str:
        """Of these bytes: names the whole export, since it holds the hash of every file."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def profile(self) -> str:
        """Name of the profile."""
        return str(self.document["profile"])

    @property
    def month(self) -> str:
        """The period as ``2026-10``."""
        return str(self.document["period"]["month"])

    @property
    def closed(self) -> bool:
        """Whether the period was closed."""
        return bool(self.document["period"]["status"] == "closed")

    @property
    def rows(self) -> int:
        """Rows of Cost and Usage."""
        return int(self.document["rows"])

    @property
    def sums(self) -> Mapping[str, str]:
        """Sum of each cost column, as exact text."""
        return dict(self.document["sums"])

    @property
    def files(self) -> tuple[Written, ...]:
        """Every file beside the manifest."""
        return tuple(Written(**entry) for entry in self.document["files"])


def manifest_of(
    profile: Profile,
    period: PeriodInfo,
    *,
    form: Form,
    totals: Totals,
    coverage: Coverage,
    files: tuple[Written, ...],
) -> ExportManifest:
    """Add everything up."""
    whole = totals.whole
    return ExportManifest(
        {
            "kind": KIND,
            "layout": LAYOUT,
            "generator": GENERATOR.format(program_version()),
            "profile": profile.name,
            "spec_version": str(profile.version),
            "form": str(form),
            "currency": "USD",
            "period": period_document(period),
            "prices": {"editions": list(period.editions), "runs": list(period.runs)},
            "rounding": ROUNDING,
            "decimals": DECIMALS,
            "rows": whole["rows"],
            "sums": _costs(whole),
            "entries": [_keyed(row, "entry") for row in totals.by(["entry"])],
            "invoices": [
                {**_keyed(row, "InvoiceId"), "issuer": row["InvoiceIssuerName"]}
                for row in totals.by(["InvoiceId", "InvoiceIssuerName"])
            ],
            "cost_centers": [
                {**_keyed(row, "CostCenter"), "owner": row["CostCenterOwner"], "unallocated": _nobody(row)}
                for row in totals.by(["CostCenter", "CostCenterOwner"])
            ],
            "coverage": _coverage(coverage),
            "unpriced": [{**row, "quantity": str(row["quantity"])} for row in coverage.unpriced()],
            "files": [file_document(file) for file in files],
        }
    )


def write_manifest(folder: Path, manifest: ExportManifest) -> None:
    """Write it whole or not at all."""
    partial = folder / (MANIFEST_FILE + PARTIAL)
    with partial.open("wb") as file:
        file.write(manifest.content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / MANIFEST_FILE)


def read_manifest(folder: Path) -> ExportManifest:
    """Read the manifest of a finished export; raises :class:`BadManifest`."""
    path = folder / MANIFEST_FILE
    try:
        content = path.read_bytes()
        document = json.loads(content)
    except FileNotFoundError as error:
        raise BadManifest(f"{folder} has no {MANIFEST_FILE}; expected a finished export: export it again") from error
    except ValueError as error:
        raise BadManifest(f"{path} is no JSON ({error}); expected what the export wrote: export it again") from error
    manifest = ExportManifest(document)
    if not _is_ours(manifest):
        raise BadManifest(f"{path} is no manifest of layout {LAYOUT}; expected what the export wrote: export it again")
    if manifest.content != content:
        raise BadManifest(f"{path} was changed after it was written; expected the export's own bytes: export it again")
    return manifest


def _is_ours(manifest: ExportManifest) -> bool:
    """Whether it has what delivering and replacing an export ask of it; its files lie in the folder itself."""
    try:
        said = manifest.document
        known = said["kind"] in {KIND, STATEMENTS} and said["layout"] == LAYOUT
        asked = (manifest.profile, manifest.month, manifest.closed, manifest.rows, manifest.sums)
        return known and None not in asked and all(Path(file.name).name == file.name for file in manifest.files)
    except (KeyError, TypeError, ValueError):
        return False


def period_document(period: PeriodInfo) -> dict[str, object]:
    """The period as a manifest has it."""
    return {
        "month": period.month,
        "start": f"{period.start}T00:00:00Z",
        "until": f"{period.until}T00:00:00Z",
        "status": period.status,
        "as_of": period.as_of_text,
        "signed_off_by": period.signed_off_by,
        "notes": dict(period.notes),
    }


def _costs(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: usd_text(row[name]) for name in COSTS}


def _keyed(row: Mapping[str, Any], key: str) -> dict[str, object]:
    names = {"InvoiceId": "invoice_id", "CostCenter": "cost_center"}
    return {names.get(key, key): row[key], "rows": row["rows"], "sums": _costs(row)}


def _nobody(row: Mapping[str, Any]) -> bool:
    return is_unallocated(row["CostCenter"])


def _coverage(coverage: Coverage) -> dict[str, object]:
    ratio = coverage.ratio()
    return {"ledger_lines": coverage.lines(), "priced_ratio": None if ratio is None else str(ratio)}


def file_document(file: Written) -> dict[str, object]:
    """A file as a manifest has it."""
    return {name: getattr(file, name) for name in ("name", "dataset", "form", "rows", "bytes", "sha256")}
