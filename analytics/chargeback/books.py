"""The office of the books: months, what they come to, closing and verifying them, and the lines behind a charge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Annotated, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from analytics.answering import Clock
from analytics.chargeback.finance import Finance
from analytics.chargeback.shapes import ChargeDetail, ChargeLine, ChargePage, ChargeRow, Closed, Fault, Verified
from analytics.focus.signed_words import signed_words
from analytics.ledger.charges import WORDS, charges, dearest_charges
from analytics.ledger.closing import close
from analytics.ledger.explain import charge_of, lines_of
from analytics.ledger.manifest import read_manifest
from analytics.ledger.months import month_named, month_text
from analytics.ledger.periods import SignOff, sign_offs
from analytics.ledger.preview import PeriodsAnswer, PreviewAnswer, periods_answer, preview
from analytics.ledger.terms import Progress, unheard
from analytics.ledger.verify import verify
from analytics.notation import NS_PER_S
from analytics.runs.api import Noted, unnoted
from collector.store import Store

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHOWN_LINES = 1_000


def signature(name: str) -> str:
    """What stands under the books for ever has to be read by people.

    >>> signature(" Ada Lovelace ")
    'Ada Lovelace'
    """
    stripped = name.strip()
    if not stripped or not stripped.isprintable():
        raise ValueError("be a name that people can read, on one line")
    return stripped


Signature = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(signature)]
"""Who does something that stays."""


class CloseAsk(BaseModel):
    """Who closes a month, and on what word."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    by: Signature
    """Who signs it off."""
    note: str | None = Field(None, max_length=2_000)
    """What they say to it."""
    accept_unpriced: bool = False
    """Close although some usage has no price and stands in no invoice."""


class ChargeParams(BaseModel):
    """Which charges of a month."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cost_center: str | None = Field(None, description="one cost centre; empty asks for charges without one")
    team: str | None = Field(None, description="one team; empty asks for charges without one")
    seller: str | None = Field(None, description="one seller; empty asks for charges without one")
    model: str | None = Field(None, description="one model; empty asks for charges without one")
    entry: str | None = Field(None, description="usage, reversal, restatement, shared, unused, adjustment or rounding")
    status: str | None = Field(None, description="priced, unpriced or amortised")
    sort: Literal["id", "cost"] = Field("id", description="by id, in pages; or the dearest first, one page of them")
    limit: int = Field(500, ge=1, le=10_000, description="rows of a page")
    cursor: str | None = Field(None, description="`next` of the page before", pattern="^[0-9a-f]{32}$")

    @property
    def words(self) -> Mapping[str, str]:
        """The filters that were given."""
        return {name: word for name in WORDS if (word := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class Books:
    """Answers about billing months of one store."""

    store: Store
    finance: Finance
    now: Clock
    noted: Noted = unnoted

    @property
    def at(self) -> datetime:
        """Now, as an aware instant."""
        return moment(self.now())

    def periods(self) -> PeriodsAnswer:
        """Every month that is known, and the current one."""
        return periods_answer(self.store, self.at)

    def preview(self, month: str, *, rounded: bool) -> PreviewAnswer:
        """What a month comes to; ``rounded`` with the cents that closing would round."""
        period, words = month_named(month), self.finance.chargeback
        found = preview(self.store, period, terms=self.finance.terms(self.now()), now=self.at, rounded=rounded)
        owner = signed_words(self.store, period, words).booked(None).owner
        return found.model_copy(update={"unallocated_owner": owner})

    def close(self, month: str, ask: CloseAsk, progress: Progress = unheard) -> Closed:
        """Book a month for good; one that is closed already answers with what was signed."""
        period = month_named(month)
        closed_before = period in {one.period_start for one in sign_offs(self.store)}
        signed = close(
            self.store,
            period,
            by=ask.by,
            note=ask.note,
            at=self.at,
            terms=self.finance.terms(self.now()),
            accept_unpriced=ask.accept_unpriced,
            progress=progress,
        )
        if not closed_before:
            self.noted("period_closed", {"period": month, "by": signed.closed_by, "sha256": signed.sha256})
        return _closed(signed)

    def verify(self, month: str, progress: Progress = unheard) -> Verified:
        """Hold a closed month against what was signed."""
        verdict = verify(self.store, month_named(month), progress=progress)
        faults = tuple(
            Fault(fault=one.fault, where=one.where, expected=one.expected, found=one.found) for one in verdict.findings
        )
        return Verified(period=month, sha256=verdict.sha256, sound=verdict.sound, faults=faults)

    def charges(self, month: str, ask: ChargeParams) -> ChargePage:
        """Charges of a month by id, those after an id; or its dearest, as many as fit on one page."""
        period, terms = month_named(month), self.finance.terms(self.now())
        if ask.sort == "cost":
            dearest = dearest_charges(self.store, period, terms=terms, words=ask.words, limit=ask.limit)
            return ChargePage(period=month, charges=tuple(map(charge_row, dearest.to_pylist())), next=None)
        batches = (_with(batch, ask.words) for batch in charges(self.store, period, terms=terms))
        after = (batch.filter(pc.greater(batch["charge_id"], ask.cursor or "")) for batch in batches)
        rows = list(islice((row for batch in after for row in batch.to_pylist()), ask.limit + 1))
        shown = tuple(charge_row(row) for row in rows[: ask.limit])
        return ChargePage(period=month, charges=shown, next=shown[-1].charge_id if len(rows) > ask.limit else None)

    def charge(self, month: str, charge_id: str) -> ChargeDetail:
        """One charge with the ledger lines behind it."""
        period, terms = month_named(month), self.finance.terms(self.now())
        (row,) = charge_of(self.store, charge_id, period, terms=terms).to_pylist()
        batches = lines_of(self.store, charge_id, period, terms=terms)
        lines = islice((line for batch in batches for line in batch.to_pylist()), _SHOWN_LINES)
        return ChargeDetail(**_shown(row), ledger_lines=tuple(_line(line) for line in lines))


def _with(batch: pa.RecordBatch, words: Mapping[str, str]) -> pa.RecordBatch:
    """The rows that have these words; '' is none."""
    for name, word in words.items():
        batch = batch.filter(pc.equal(pc.fill_null(batch[name].cast(pa.string()), ""), word))
    return batch


def moment(at_ns: int) -> datetime:
    """Nanoseconds since 1970 as an aware instant.

    >>> moment(1_500_000_000).isoformat()
    '1970-01-01T00:00:01.500000+00:00'
    """
    return _EPOCH + timedelta(microseconds=at_ns // 1_000)


def charge_row(row: Mapping[str, Any]) -> ChargeRow:
    """Shape a charge as JSON shows it."""
    return ChargeRow(**_shown(row))


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    corrects: date | None = row["corrects_start"]
    starts_at: datetime = row["starts_at"]
    return {name: row[name] for name in ChargeRow.model_fields if name in row} | {
        "starts_at": (starts_at.replace(tzinfo=UTC) - _EPOCH) // timedelta(seconds=1) * NS_PER_S,
        "corrects": None if corrects is None else month_text(corrects),
        "quantity": _units(row["quantity"]),
    }


def _line(row: Mapping[str, Any]) -> ChargeLine:
    shown = {name: row[name] for name in ChargeLine.model_fields}
    return ChargeLine(**shown | {"quantity": _units(row["quantity"])})


def _units(quantity: object) -> str | None:
    return None if quantity is None else format(quantity, "f" if not isinstance(quantity, int) else "d")


def _closed(signed: SignOff) -> Closed:
    return Closed(
        period=month_text(signed.period_start),
        closed_at=signed.closed_at_ns,
        closed_by=signed.closed_by,
        note=signed.note,
        sha256=signed.sha256,
        manifest=read_manifest(signed.manifest),
    )
