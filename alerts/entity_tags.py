"""Entity tags in ``If-None-Match``, as RFC 9110 compares them there."""

import re

_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")|(\*)')


def matches(tags: str, etag: str) -> bool:
    """Compare weakly: ``W/`` is ignored, and ``*`` matches whatever there is.

    >>> matches('"a", W/"b"', '"b"'), matches("*", '"b"'), matches("b", '"b"')
    (True, True, False)
    """
    return any(found in {etag, "*"} for pair in _ENTITY_TAG.findall(tags) for found in pair)
