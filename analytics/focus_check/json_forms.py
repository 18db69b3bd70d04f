"""How JSON in a cell must look. Each function answers with what would do, or None where nothing is wrong.

Numbers are read as decimals: the shares of a split must sum to 1 exactly.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal

from analytics.focus_check.exact import total
from analytics.focus_check.forms import FOCUS_SKU_DETAILS

_SCALARS = (str, Decimal, bool, type(None))


class _RepeatedKeys(ValueError):
    pass


def loaded(value: str) -> object:
    """The document, with decimals for numbers; ValueError where it is none, or where a key is there twice."""
    return json.loads(
        value, object_pairs_hook=_object, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number
    )


def json_object(value: str) -> str | None:
    """One JSON object.

    >>> json_object('{"a": [1]}') is None, json_object("[1]"), json_object("{'a': 1}")
    (True, 'one JSON object', 'one JSON object')
    """
    return None if isinstance(_loaded_once(value), Mapping) else "one JSON object"


def keys_once(value: str) -> str | None:
    """No key is there twice in one object.

    >>> keys_once('{"a": 1, "b": {"a": 2}}') is None, keys_once('{"a": 1, "a": 2}')
    (True, 'each key once')
    """
    try:
        loaded(value)
    except _RepeatedKeys:
        return "each key once"
    except ValueError:
        return None
    return None


def key_values(value: str) -> str | None:
    """One JSON object of texts, numbers, booleans and nulls.

    >>> key_values('{"team": "support", "billable": true}') is None
    True
    >>> key_values('["support"]'), key_values('{"team": ["support"]}')
    ('one JSON object of texts, numbers, booleans and nulls', 'one JSON object of texts, numbers, booleans and nulls')
    """
    document = _loaded_once(value)
    flat = isinstance(document, Mapping) and all(isinstance(each, _SCALARS) for each in document.values())
    return None if flat else "one JSON object of texts, numbers, booleans and nulls"


def sku_details(value: str) -> str | None:
    """Keys of the specification, or keys that begin with x_.

    >>> sku_details('{"x_ModelId": "a", "CoreCount": 4}') is None, sku_details('{"ModelId": "a"}')
    (True, 'keys that begin with x_, instead of ModelId')
    """
    document = _loaded_once(value)
    keys = document if isinstance(document, Mapping) else ()
    foreign = [key for key in keys if not key.startswith("x_") and key not in FOCUS_SKU_DETAILS]
    return f"keys that begin with x_, instead of {', '.join(foreign)}" if foreign else None


def split_details(value: str) -> str | None:
    """`Elements`, each with a ratio of 0 to 1, and with a unit where it has a quantity.

    >>> split_details('{"Elements": [{"AllocatedRatio": 0.25, "UsageUnit": "Tokens", "UsageQuantity": 5}]}') is None
    True
    >>> split_details('{"Elements": [{"AllocatedRatio": 25}]}')
    '`Elements`, each with a number of 0 to 1 as AllocatedRatio, and a UsageUnit where it has a UsageQuantity'
    """
    document = _loaded_once(value)
    elements = document.get("Elements") if isinstance(document, Mapping) else None
    if isinstance(elements, Sequence) and elements and all(map(_is_element, elements)):
        return None
    return "`Elements`, each with a number of 0 to 1 as AllocatedRatio, and a UsageUnit where it has a UsageQuantity"


def ratio(value: str) -> Decimal:
    """Sum of the ratios in well-formed details of a split.

    >>> ratio('{"Elements": [{"AllocatedRatio": 0.05}, {"AllocatedRatio": 0.1}]}')
    Decimal('0.15')
    """
    document = _loaded_once(value)
    elements = document["Elements"] if isinstance(document, Mapping) else ()
    return total(each["AllocatedRatio"] for each in elements)


def _is_element(element: object) -> bool:
    if not isinstance(element, Mapping):
        return False
    share, unit, quantity = (element.get(key) for key in ("AllocatedRatio", "UsageUnit", "UsageQuantity"))
    whole = isinstance(quantity, Decimal) and isinstance(unit, str) if quantity is not None else True
    return isinstance(share, Decimal) and 0 <= share <= 1 and whole and isinstance(unit, str | None)


def _loaded_once(value: str) -> object:
    """The document whatever its keys; None where it is none. Keys that are there twice are a finding of their own."""
    try:
        return json.loads(value, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedKeys
    return found


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no number in JSON")
