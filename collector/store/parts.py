"""Queries that share a part: a line ``-- take NAME`` takes over ``queries/parts/NAME.sql``, which may take more.

``-- take PACKAGE.NAME`` takes over another package's part, ``-- take analytics.owned`` that of ``analytics``; a package
takes parts only from packages it may import. A part is a named common table expression without the comma behind it, or
any other piece that ends with ``-- end``; the comments at its head stay at home.
"""

import re
from collections.abc import Callable, Iterator
from importlib.resources import files

TAKE = re.compile(r"^-- take (?:([\w.]+)\.)?(\w+)\n", re.MULTILINE)
"""The package, where it is not the one that asks, and the part."""
_HEADER = re.compile(r"\A(?:--(?! (?:if|unless|take) ).*\n)+")

Part = Callable[[str, str], str]
"""Says the text of a part, by its package and its name."""


def stored_part(package: str, name: str) -> str:
    """The text of a part as it stands in its file."""
    return (files(package) / "queries" / "parts" / f"{name}.sql").read_text(encoding="utf-8")


def taken(text: str, home: str, part: Part = stored_part) -> str:
    r"""Put parts in the place of the lines that ask for them; ``home`` is the package that the text belongs to.

    >>> print(taken("with\n-- take one\nselect n from one", "here", lambda *_: "-- A row.\none as (select 1 as n)\n"))
    with
    one as (select 1 as n)
    select n from one
    """
    return "".join(_pieces(text, home, part))


def _pieces(text: str, home: str, part: Part) -> Iterator[str]:
    written = 0
    for found in TAKE.finditer(text):
        package, rest = found[1] or home, text[found.end() :].lstrip("\n")
        whole = taken(_HEADER.sub("", part(package, found[2])), package, part).rstrip()
        last = not rest or rest.startswith("select") or whole.endswith("-- end")
        yield f"{text[written : found.start()]}{whole}{'' if last else ','}\n"
        written = found.end()
    yield text[written:]
