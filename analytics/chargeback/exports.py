"""The office of exports: a month as files in the data directory, held to every rule of FOCUS.

    exports/2026-10/focus-1.4-machine/manifest.json ...
    exports/2026-10/focus-1.4-machine/statements/index.html ...

What makes, checks and delivers them (:mod:`analytics.chargeback.making`) is loaded with the first that is asked for:
with what it needs it takes half a second, which a server starts without.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from analytics.chargeback.books import Books, Signature
from analytics.chargeback.export_shapes import Delivered, Exported, Target, Targets
from analytics.focus.profiles import PROFILES, Form, Format
from analytics.ledger.months import month_named
from analytics.ledger.terms import Progress, unheard
from analytics.questions import NotFound

FOLDER = "exports"
NEWEST = "focus-1.4"


def _known(profile: str) -> str:
    if profile not in PROFILES:
        raise ValueError(f"be one of {', '.join(PROFILES)}")
    return profile


Profile = Annotated[str, AfterValidator(_known)]


def _in_order(formats: tuple[Format, ...]) -> tuple[Format, ...]:
    """Each once, in one order: what asks for the same files is the same work."""
    return tuple(one for one in Format if one in formats)


class ExportAsk(BaseModel):
    """How to export a month."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    profile: Profile = NEWEST
    """focus-1.4 or focus-1.2"""
    form: Form = Form.MACHINE
    """machine, or spreadsheet: cells that a spreadsheet would execute are defused."""
    formats: Annotated[tuple[Format, ...], Field(min_length=1, max_length=len(Format)), AfterValidator(_in_order)] = (
        Format.CSV,
        Format.PARQUET,
    )
    """csv, parquet, xlsx (a rounded view)"""


class DeliverAsk(BaseModel):
    """Which export to deliver, and where."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    target: str = Field(min_length=1, max_length=200)
    """Name of a delivery of the configuration."""
    profile: Profile = NEWEST
    """focus-1.4 or focus-1.2"""
    form: Form = Form.MACHINE
    """machine or spreadsheet"""
    by: Signature | None = None
    """Who delivers it; it stands in the journal."""


@dataclass(frozen=True, slots=True)
class Exports:
    """Makes exports of one store in one data directory."""

    books: Books
    data: Path

    def make(self, month: str, ask: ExportAsk, progress: Progress = unheard) -> Exported:
        """Write, check and describe an export."""
        from analytics.chargeback.making import Making  # noqa: PLC0415 - see the head of this file

        folder = self.folder(month, ask.profile, ask.form)
        return Making(self.books, self.data, self.data / FOLDER).make(month, ask, folder, progress)

    def deliver(self, month: str, ask: DeliverAsk, progress: Progress = unheard) -> Delivered:
        """Bring an export and its statements to a target of the configuration; what is there is not sent again."""
        from analytics.chargeback.making import delivered  # noqa: PLC0415 - see the head of this file

        folder = self.folder(month, ask.profile, ask.form)
        done = delivered(self.books.finance.chargeback, ask.target, folder, progress)
        if done.sent:
            self.books.noted("export_delivered", {"period": month, "target": done.target, "by": ask.by})
        return done

    def targets(self) -> Targets:
        """Where exports may be delivered to."""
        deliveries = self.books.finance.chargeback.deliveries
        return Targets(targets=tuple(Target(name=one.name, where=one.where) for one in deliveries))

    def folder(self, month: str, profile: str, form: Form) -> Path:
        """Where an export lies; raises for what is no month or profile."""
        if profile not in PROFILES:
            raise NotFound(f"found no profile {profile!r}; there are {', '.join(PROFILES)}")
        return self.data / FOLDER / f"{month_named(month):%Y-%m}" / f"{profile}-{form}"

    def file(self, month: str, profile: str, form: Form, name: str) -> Path:
        """One file of an export, by the name its manifest has for it; raises :class:`NotFound`."""
        from analytics.chargeback.making import named_file  # noqa: PLC0415 - see the head of this file

        return named_file(month, self.folder(month, profile, form), name)
