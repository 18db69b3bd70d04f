"""The shapes of answers about exports, exactly as JSON shows them."""

from analytics.request_shapes import Answer


class ExportedFile(Answer):
    """One file of an export."""

    name: str
    """Under the address of the export."""
    bytes: int
    """Its size."""
    sha256: str
    """Of its bytes."""


class RuleBroken(Answer):
    """One rule of FOCUS that an export breaks."""

    rule: str
    """The rule's id."""
    times: int
    """How often."""
    where: str
    """The first place: file, row, column."""
    found: str
    """What stands there."""
    expected: str
    """What would do."""


class Exported(Answer):
    """An export as it lies in the data directory."""

    period: str
    """2026-10, in UTC."""
    profile: str
    """focus-1.2 or focus-1.4"""
    form: str
    """machine, or spreadsheet: cells that would execute are defused"""
    status: str
    """open (it will change) or closed (it never will)"""
    folder: str
    """Under the data directory."""
    rows: int
    """Rows of Cost and Usage."""
    billed_usd: str
    """Their sum."""
    unpriced_lines: int
    """Ledger lines without a price, in unpriced.csv and nowhere else."""
    manifest_sha256: str
    """Names the whole export: the manifest holds the hash of every file."""
    files: tuple[ExportedFile, ...]
    """The files of the export with its manifest, then the statements for people."""
    rules_checked: int
    """Rules of FOCUS that every row was held to."""
    broken: tuple[RuleBroken, ...]
    """Those that do not hold: none, or something is wrong."""


class Target(Answer):
    """A folder or bucket that exports may be delivered to."""

    name: str
    """Its name in the configuration."""
    where: str
    """The folder, or s3://bucket/prefix."""


class Targets(Answer):
    """The deliveries of the configuration."""

    targets: tuple[Target, ...]
    """In the order of the configuration."""


class Delivered(Answer):
    """What a delivery did."""

    target: str
    """Name of the target in the configuration."""
    address: str
    """Where the export lies now."""
    statements: str
    """Where its statements lie now."""
    sent: tuple[str, ...]
    """Files that were sent."""
    present: tuple[str, ...]
    """Files that were there already, byte for byte."""
    sent_bytes: int
    """Size of what was sent."""
