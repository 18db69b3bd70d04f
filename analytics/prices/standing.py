"""The standing book: the shipped lists with everything an operator states over them.

An operator states prices in `burnline.yaml` and in price files that `burnline prices import FILE --data DIR` puts into
the folder `prices` of a data directory. They take effect when a server starts.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import cast

from yaml import SafeLoader, YAMLError
from yaml.nodes import MappingNode

from analytics.prices.book import PriceBook
from analytics.prices.price import Stated
from analytics.prices.price_file import read, written
from analytics.prices.settings import PriceAlias, PriceRow, stated, stated_aliases
from collector.configuration import ConfigurationError, Finding, Problem
from collector.configuration.building import Builder

FOLDER = "prices"
_SECTIONS = {"prices": tuple[PriceRow, ...], "price_aliases": tuple[PriceAlias, ...]}


def standing_book(
    rows: Sequence[PriceRow] = (),
    aliases: Sequence[PriceAlias] = (),
    *,
    origin: str = "burnline.yaml",
    data: Path | None = None,
    lists: Path | None = None,
) -> PriceBook:
    """Return the book a server works with.

    `rows` and `aliases` are the sections of a configuration, `origin` its file, `data` the data directory, `lists` a
    folder of lists instead of the shipped ones. Raises ValueError (overlap, gap, inexact discount, double alias).
    """
    book = PriceBook.load() if lists is None else PriceBook.load(lists)
    given = (*stated(rows, origin, date.min), *(() if data is None else imported_rows(data)))
    return book.with_rows(given).with_aliases(stated_aliases(aliases))


def sound_prices(values: Mapping[str, object]) -> Iterator[Finding]:
    """The rule over the sections ``prices`` and ``price_aliases``, for the configuration loader."""
    rows = cast("Sequence[PriceRow]", values.get("prices", ()))
    aliases = cast("Sequence[PriceAlias]", values.get("price_aliases", ()))
    if not rows and not aliases:
        return
    try:
        standing_book(rows, aliases)
    except ValueError as error:
        yield Finding(("prices",), str(error), "one price at every instant, for every prompt")


def imported_rows(data: Path, *, without: str | None = None) -> tuple[Stated, ...]:
    """Return the rows of the price files of a data directory, but for one file."""
    files = sorted((data / FOLDER).glob("*.csv"))
    return tuple(row for path in files if path.name != without for row in read(path).all_rows())


def keep_rows(data: Path, name: str, rows: Iterable[Stated], recorded_on: date) -> Path:
    """Write the rows of a price file into a data directory, whole or not at all; returns where."""
    target = data / FOLDER / f"{Path(name).stem}.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".new")
    beside.write_text(written(rows, name, recorded_on), encoding="utf-8", newline="\n")
    os.replace(beside, target)  # noqa: PTH105 - the call that is atomic by its name
    return target


def configured(path: Path | None) -> tuple[tuple[PriceRow, ...], tuple[PriceAlias, ...]]:
    """Return the two sections of a configuration; what else it holds is not looked at."""
    if path is None:
        return (), ()
    try:
        loader = SafeLoader(path.read_text(encoding="utf-8"))
        loader.name = path.name
        root = loader.get_single_node()
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise ConfigurationError([Problem(str(path), None, "", str(error), "a readable YAML file")]) from error
    pairs = root.value if isinstance(root, MappingNode) else []
    nodes = {str(key.value): value for key, value in pairs if str(key.value) in _SECTIONS}
    builder = Builder()
    values = {name: builder.build(node, _SECTIONS[name], name) for name, node in nodes.items()}
    if builder.problems:
        raise ConfigurationError(builder.problems)
    rows, aliases = values.get("prices", ()), values.get("price_aliases", ())
    if not isinstance(rows, tuple) or not isinstance(aliases, tuple):
        raise TypeError("a section of the configuration is no list")
    return rows, aliases
