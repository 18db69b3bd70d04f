"""Queries that share a part: a line ``-- take NAME`` in a query takes over ``parts/NAME.sql``, which may take more.

A part is a named common table expression without the comma behind it, or any other piece that ends with ``-- end``; the
comments at its head stay at home.
"""

import re
from collections.abc import Callable

_TAKE = re.compile(r"^-- take (\w+)\n", re.MULTILINE)
_HEADER = re.compile(r"\A(?:--(?! (?:if|unless|take) ).*\n)+")


def taken(text: str, part: Callable[[str], str]) -> str:
    r"""Put parts in the place of the lines that ask for them; ``part`` says the text of a name.

    >>> print(taken("with\n-- take one\nselect n from one", lambda name: f"-- A row.\n{name} as (select 1 as n)\n"))
    with
    one as (select 1 as n)
    select n from one
    """
    while found := _TAKE.search(text):
        before, after = text[: found.start()], text[found.end() :]
        whole = _HEADER.sub("", part(found[1])).rstrip()
        last = whole.endswith("-- end") or after.lstrip("\n").startswith("select")
        text = f"{before}{whole}{'' if last else ','}\n{after}"
    return text
