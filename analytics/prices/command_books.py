"""Which book a command is about: the shipped one under a configuration, a recorded edition, a folder or a file."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from analytics.prices.book import PriceBook
from analytics.prices.editions import as_of, load
from analytics.prices.operator_file import read_operator_file
from analytics.prices.standing import configured, imported_rows, standing_book
from collector.store import DuckDBStore, StoreInUse
from collector.store.opening import DATABASE


class BookMissingError(Exception):
    """A book that a command names cannot be had; the message says what to do."""


def chosen_book(
    config: Path | None, data: Path | None, recorded: datetime | None, *, without: str | None = None
) -> PriceBook:
    """Return the book as it was recorded at an instant, or the standing one, but for one imported file."""
    if recorded is not None:
        return _recorded(data, recorded)
    rows, aliases = configured(config)
    origin = "burnline.yaml" if config is None else config.name
    book = standing_book(rows, aliases, origin=origin)
    return book if data is None else book.with_rows(imported_rows(data, without=without))


def book_named(name: str, config: Path | None, data: Path | None) -> PriceBook:
    """Return the book a word stands for.

    `shipped`, a folder of lists, a price file over the shipped lists, or, in a data directory, the id of an edition or
    an instant.
    """
    if name == "shipped":
        return standing_book()
    path = Path(name)
    if path.is_dir():
        return standing_book(lists=path)
    if path.is_file():
        return chosen_book(config, None, None).with_rows(read_operator_file(path, datetime.now(UTC).date()))
    try:
        return _edition(data, UUID(name))
    except ValueError:
        pass  # no id; an instant perhaps
    try:
        at = datetime.fromisoformat(name)
    except ValueError:
        raise BookMissingError(
            f"{name!r} is no folder, no file, no edition and no instant; expected one of these, or 'shipped'"
        ) from None
    return _recorded(data, at if at.tzinfo else at.replace(tzinfo=UTC))


def _recorded(data: Path | None, at: datetime) -> PriceBook:
    store = _opened(data)
    try:
        return load(store, as_of(store, at).edition_id)
    finally:
        store.close()


def _edition(data: Path | None, edition: UUID) -> PriceBook:
    store = _opened(data)
    try:
        return load(store, edition)
    finally:
        store.close()


def _opened(data: Path | None) -> DuckDBStore:
    if data is None:
        raise BookMissingError("an edition or an instant is looked up in a data directory: name it with --data DIR")
    if not (data / DATABASE).is_file():  # opening would create one
        raise BookMissingError(f"no {DATABASE} in {data}: name the data directory of a server")
    try:
        return DuckDBStore(data)
    except StoreInUse as error:
        raise BookMissingError(f"a running process holds {data}: stop it first") from error
