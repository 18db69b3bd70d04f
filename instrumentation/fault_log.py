"""Our own failures, which must never become the user's.

Whatever goes wrong inside a wrapper (a response object that raises, a tracer that raises, a bug of ours) is caught,
counted under a kind and logged once per kind. The kinds are fixed words of this package, so the counter stays small.

>>> with contained("doctest"):
...     int("no number")
>>> faults()["doctest"]
1
>>> forget_faults()
"""

import contextlib
import functools
import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, ParamSpec

P = ParamSpec("P")

_LOGGER: Final = logging.getLogger("burnline.instrumentation")
_COUNTS: Final[dict[str, int]] = {}
# Reentrant: a garbage collection inside the locked lines may finalise a stream, which may note a fault of its own.
_LOCK: Final = threading.RLock()


def faults() -> dict[str, int]:
    """Faults of the wrappers since the process began, by kind. Empty is healthy."""
    with _LOCK:
        return dict(_COUNTS)


def forget_faults() -> None:
    """Start counting anew, so that the next fault of each kind is logged again."""
    with _LOCK:
        _COUNTS.clear()


def note(kind: str, error: BaseException | None = None) -> None:
    """Count one fault of this kind and log the first one; never raises."""
    with _LOCK:
        _COUNTS[kind] = _COUNTS.get(kind, 0) + 1
        first = _COUNTS[kind] == 1
    if first:
        with contextlib.suppress(Exception):  # a log handler that raises is one more thing the user must not feel
            _LOGGER.warning(
                "telemetry fault %r: the wrapped call goes on, its telemetry is incomplete. "
                "Said once per kind; instrumentation.faults() counts them all.",
                kind,
                exc_info=error,
            )


class contained:  # noqa: N801 - reads as a statement: with contained("end"):
    """Swallow and note any `Exception` of the block; interrupts and cancellation pass."""

    __slots__ = ("_kind",)

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        """Note what was raised, if it is an ordinary exception."""
        if not isinstance(error, Exception):
            return False
        note(self._kind, error)
        return True


def harmless(kind: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Make a setter that notes its failure instead of raising it."""

    def decorate(setter: Callable[P, None]) -> Callable[P, None]:
        @functools.wraps(setter)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                setter(*args, **kwargs)
            except Exception as error:  # noqa: BLE001 - the whole point: nothing of ours reaches the user
                note(kind, error)

        return guarded

    return decorate
