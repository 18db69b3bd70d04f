"""Delivering an export: its files under a name made of their content, the manifest last, then the pointer.

    focus-1.4/2026-10/3f9a1c2b7d4e/cost_and_usage.parquet    the 12 digits begin the sha256 of the manifest
    focus-1.4/2026-10/3f9a1c2b7d4e/manifest.json             written last: without it the folder is not complete
    focus-1.4/2026-10/latest.json                            which of them holds, written after everything else

What is there already with the same content is not sent again, so a delivery that broke off is completed by the next
one, and one that was complete sends nothing. Other content under the same name is refused, and so is replacing the
export of a closed month by one of an open month or one with other sums.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from analytics.delivery.places import BLOCK_BYTES, DeliveryRefused, Place, place_of
from analytics.focus.files import Written, hashed
from analytics.focus.manifest import BadManifest, ExportManifest, read_manifest
from analytics.focus.profiles import MANIFEST_FILE
from analytics.focus.settings import DeliveryTarget

LATEST = "latest.json"
NAME_DIGITS = 12
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a delivery did."""

    location: str
    """Where the export is now, for people."""
    sent: tuple[str, ...]
    """Files that were sent."""
    present: tuple[str, ...]
    """Files that were there already, with the same content."""
    sent_bytes: int
    pointed: bool
    """Whether the pointer had to be written."""

    @property
    def sentence(self) -> str:
        """What it did, in words."""
        if not self.sent and not self.pointed:
            return f"nothing to do: {self.location} has all {len(self.present)} files already"
        there = f", {len(self.present)} were there already" if self.present else ""
        return f"sent {len(self.sent)} files ({self.sent_bytes:,} bytes) to {self.location}{there}"


def deliver(folder: Path, target: DeliveryTarget, progress: Progress | None = None) -> Delivery:
    """Deliver the export or the statements in a folder.

    Raises :class:`~analytics.delivery.places.DeliveryRefused` before anything is sent, and
    :class:`~analytics.delivery.places.DeliveryFailed` when the place breaks off.
    """
    manifest = _whole(folder)
    place = place_of(target)
    month = f"{manifest.profile}/{manifest.month}"
    base = f"{month}/{manifest.sha256[:NAME_DIGITS]}"
    pointer = _pointer(manifest, base)
    before = place.read(f"{month}/{LATEST}")
    _check_replaces(before, manifest, f"{place.shown}/{month}")
    files = (*manifest.files, _manifest_file(manifest))
    wanted = [file for file in files if not _is_there(place, f"{base}/{file.name}", file)]
    for done, file in enumerate(wanted):
        if progress is not None:
            progress(file.name, done, len(wanted))
        place.write(f"{base}/{file.name}", _blocks(folder / file.name, file))
    if before != pointer:
        place.write(f"{month}/{LATEST}", iter([pointer]))
    return Delivery(
        location=f"{place.shown}/{base}",
        sent=tuple(file.name for file in wanted),
        present=tuple(file.name for file in files if file not in wanted),
        sent_bytes=sum(file.bytes for file in wanted),
        pointed=before != pointer,
    )


def _whole(folder: Path) -> ExportManifest:
    """The manifest of a folder whose files are what it says."""
    try:
        manifest = read_manifest(folder)
    except BadManifest as error:
        raise DeliveryRefused(str(error)) from error
    for file in manifest.files:
        path = folder / file.name
        if path.parent != folder or not path.is_file():
            raise DeliveryRefused(f"{folder} lacks {file.name}; expected every file of its manifest: export it again")
        if hashed(path) != (file.bytes, file.sha256):
            raise DeliveryRefused(f"{path} is not the file that the manifest names; export it again")
    return manifest


def _is_there(place: Place, name: str, file: Written) -> bool:
    found = place.sha256(name)
    if found is not None and found != file.sha256:
        raise DeliveryRefused(
            f"{place.shown}/{name} has other content (sha256 {found[:12]}, expected {file.sha256[:12]}); it was not "
            "written by a delivery that finished: look at it, remove it, and deliver again"
        )
    return found is not None


def _blocks(path: Path, file: Written) -> Iterator[bytes]:
    """The bytes of a file, which are held to its hash while they are sent."""
    sent = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(BLOCK_BYTES):
            sent.update(block)
            yield block
    if sent.hexdigest() != file.sha256:
        raise DeliveryRefused(f"{path} changed while it was sent; export it again")


def _pointer(manifest: ExportManifest, base: str) -> bytes:
    said = {
        "manifest": f"{base.rpartition('/')[2]}/{MANIFEST_FILE}",
        "sha256": manifest.sha256,
        "profile": manifest.profile,
        "month": manifest.month,
        "status": "closed" if manifest.closed else "open",
        "rows": manifest.rows,
        "sums": dict(manifest.sums),
    }
    return (json.dumps(said, indent=1) + "\n").encode()


def _check_replaces(before: bytes | None, manifest: ExportManifest, shown: str) -> None:
    """Refuse to replace what is final by something else."""
    if before is None:
        return
    try:
        earlier = json.loads(before)
        closed, sums = earlier["status"] == "closed", earlier["sums"]
    except (ValueError, KeyError, TypeError) as error:
        raise DeliveryRefused(
            f"{shown}/{LATEST} is no pointer of a delivery ({error}); look at it, remove it"
        ) from error
    if closed and not manifest.closed:
        raise DeliveryRefused(f"{shown} has the export of the closed month; an open one does not replace it")
    if closed and sums != dict(manifest.sums):
        raise DeliveryRefused(f"{shown} has the closed month with the sums {sums}; a closed month has no other sums")


def _manifest_file(manifest: ExportManifest) -> Written:
    size = len(manifest.content)
    return Written(MANIFEST_FILE, "Manifest", "machine", 0, size, manifest.sha256)
