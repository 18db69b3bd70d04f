"""The price behind a figure: a ledger line names its price, and here is the row with its source, dates and conditions.

What was rated by a price says which call to look up in the price book. A source may change a figure under the same
name, so a line's ``run_id`` says which edition of the book it was rated by; without it the newest edition that has the
price is asked. Editions are never lost, so a price that was superseded is found as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response

from analytics.answering import as_json, said_once
from analytics.prices.book import PriceBook
from analytics.prices.editions import Edition, editions, load
from analytics.prices.keys import PriceKey
from analytics.prices.price import Price
from analytics.prices.windows import words
from analytics.questions import NotFound
from analytics.runs.price_row_shapes import PriceRow, RatedBy
from analytics.runs.table import QUERIES, instant_ns, read_runs
from collector.store import Store

_OWN = "infrastructure/"
_SAID = ("provider", "model", "usage_class", "unit_price_usd", "service_tier", "region", "context_above")
_TOLD = ("context_until", "source", "source_ref", "last_seen_on")
_Rated = Sequence[Mapping[str, Any]]


def router(store: Store) -> APIRouter:
    """Build the route."""
    routes = APIRouter(prefix="/v1/prices/rows", dependencies=[Depends(said_once)], tags=["prices"])

    @routes.get("/{price_id:path}", response_model=PriceRow, summary="The price behind a figure")
    def show_row(
        price_id: Annotated[str, Path(description="`price_id` of a ledger line or a charge")],
        run_id: Annotated[
            int | None, Query(description="`run_id` of the line: the book it was rated by; left out: the newest one")
        ] = None,
    ) -> Response:
        """Answer a price with its source, dates and conditions, and the calls that were rated by it."""
        return as_json(price_row(store, price_id, run_id))

    return routes


def price_row(store: Store, price_id: str, run_id: int | None = None) -> PriceRow:
    """Find a price by its name; raises NotFound where nothing was rated by it."""
    if price_id.startswith(_OWN):
        raise NotFound(
            f"{price_id} is no price: a resource of one's own served these calls, and its cost is split over its users "
            f"(section infrastructure, {price_id.removeprefix(_OWN)})"
        )
    rated = store.run(QUERIES["price_rates"], {"price_id": price_id}).to_pylist()
    if not rated:
        raise NotFound(f"no ledger line was rated by a price {price_id!r}: its lines name the prices of a request")
    recorded = [*editions(store)][::-1]
    for edition in _of_run(store, run_id, recorded):
        book = load(store, edition.edition_id)
        price = next((one for one in _answers(book, rated) if one.price_id == price_id), None)
        if price is not None:
            return _row(price, rated, edition, current=edition is recorded[0])
    where = "no edition of the price book" if run_id is None else f"the edition of run {run_id}"
    raise NotFound(f"{where} has a price {price_id!r}, although ledger lines name it")


def _of_run(store: Store, run_id: int | None, recorded: Sequence[Edition]) -> Iterator[Edition]:
    """The edition of a run, or every one."""
    runs = {run.run_id: run.edition_id for run in read_runs(store)}
    if run_id is not None and run_id not in runs:
        raise NotFound(f"there is no run {run_id}; the newest is {max(runs, default=0)}")
    for edition in recorded:
        if run_id is None or edition.edition_id == runs[run_id]:
            yield edition


def _answers(book: PriceBook, rated: _Rated) -> Iterator[Price]:
    """Every price that the book has for these calls."""
    for key in dict.fromkeys(PriceKey(r["provider"], r["model"], r["service_tier"], r["region"]) for r in rated):
        prices = book.resolve(key).prices
        for row in prices.rows if prices else ():
            yield row.price
            if row.list_price is not None:
                yield row.list_price


def _row(price: Price, rated: _Rated, edition: Edition, *, current: bool) -> PriceRow:
    told: dict[str, Any] = {name: getattr(price, name) for name in (*_SAID, *_TOLD)}
    return PriceRow(
        price_id=price.price_id,
        **told,
        processing=price.processing and str(price.processing),
        conditions=words(price.when),
        effective_from=_instant(price.effective_from),
        effective_until=_instant(price.effective_until),
        imported_on=None if price.recorded_on == date.min else price.recorded_on,
        confidence=str(price.confidence),
        edition_id=str(edition.edition_id),
        recorded_at=instant_ns(edition.recorded_at),
        current=current,
        rated=tuple(RatedBy(**{name: row[name] for name in RatedBy.model_fields}) for row in rated),
    )


def _instant(at: date | None) -> int | None:
    """A price has made its dates instants."""
    return instant_ns(at) if isinstance(at, datetime) else None
