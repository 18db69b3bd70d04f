"""Pages that stay where they are while new rows come in.

A cursor carries the window of the first page, the place the last page ended, and a fingerprint of the question. So a
default window does not move between pages, and a cursor handed to another question is refused instead of answering
something nobody asked.
"""

import base64
import hashlib
import json
from dataclasses import dataclass

from analytics.notation import LAST_NS
from analytics.questions import BadParameter, Window, WindowParams

_NOT_THE_QUESTION = {"start", "until", "limit", "cursor"}
_EXPECTED = "be the `next` of an earlier page of this question, unchanged"


@dataclass(frozen=True, slots=True)
class Page:
    """Where to go on: ``after`` is the key of the last row seen, empty on the first page."""

    window: Window
    question: str
    after: tuple[int | str, ...] = ()

    def next(self, after: tuple[int | str, ...]) -> str:
        """Write the cursor of the page that follows the row with this key."""
        words = [self.window.start_ns, self.window.until_ns, self.question, *after]
        return base64.urlsafe_b64encode(json.dumps(words, separators=(",", ":")).encode()).decode().rstrip("=")


def page_of(params: WindowParams, cursor: str | None, now_ns: int) -> Page:
    """Find the page that is asked for; raises :class:`BadParameter` when the cursor is not one of this question."""
    question = _fingerprint(params)
    if cursor is None:
        return Page(params.window(now_ns), question)
    page = _read(cursor)
    if page.question != question:
        raise BadParameter("cursor", cursor, f"{_EXPECTED}: filters and grouping have changed, start without a cursor")
    if params.start not in {None, page.window.start_ns} or params.until not in {None, page.window.until_ns}:
        raise BadParameter("cursor", cursor, f"{_EXPECTED}: the window has changed, start without a cursor")
    return page


def _read(cursor: str) -> Page:
    try:
        words = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        start_ns, until_ns, question, *after = words
        page = Page(Window(start_ns, until_ns), question, tuple(after))
    except (ValueError, TypeError, RecursionError) as error:
        raise BadParameter("cursor", cursor, _EXPECTED) from error
    typed = [type(word) for word in words[:3]] == [int, int, str]
    if not typed or not after or not 0 <= start_ns < until_ns <= LAST_NS:
        raise BadParameter("cursor", cursor, _EXPECTED)
    return page


def _fingerprint(params: WindowParams) -> str:
    asked = params.model_dump(mode="json", exclude=_NOT_THE_QUESTION)
    return hashlib.sha256(json.dumps([type(params).__name__, asked], sort_keys=True).encode()).hexdigest()[:16]
