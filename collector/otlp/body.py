"""From the bytes on the wire to checked protobuf bytes: inflate, turn JSON into protobuf, count.

Small bodies are prepared on the event loop; what may take long goes to a small pool of threads, which also bounds how
many bodies are inflated at the same time.
"""

import asyncio
from concurrent.futures import Executor
from dataclasses import dataclass

from collector.otlp.encodings import inflated
from collector.otlp.framing import checked
from collector.otlp.limits import Limits
from collector.otlp.otlp_json import Converted, converted
from collector.signals import Signal

INLINE_COMPRESSED_BYTES = 8 * 1024
"""An honest body this long inflates to 24 kB in 0.05 ms, what the way to a thread takes; a bomb to 8 MB in 10 ms."""
INLINE_JSON_BYTES = 32 * 1024
"""About 30 spans, 1 ms."""
INLINE_PLAIN_BYTES = 4 * 1024 * 1024
"""About 8,000 spans, which are counted in 2 ms."""


@dataclass(frozen=True, slots=True)
class Wire:
    """One request's body as received."""

    signal: Signal
    content: bytes
    encoding: str = "identity"
    is_json: bool = False

    @property
    def is_quick(self) -> bool:
        """Whether preparing it takes less than handing it to a thread, or hardly more."""
        if self.encoding != "identity":
            return len(self.content) <= INLINE_COMPRESSED_BYTES
        return len(self.content) <= (INLINE_JSON_BYTES if self.is_json else INLINE_PLAIN_BYTES)


def prepared(wire: Wire, limits: Limits) -> Converted:
    """The serialized ``Export*ServiceRequest``, within all limits on size and counts.

    Raises :class:`Malformed` or :class:`TooLarge`.
    """
    content = inflated(wire.content, wire.encoding, limits)
    request = converted(wire.signal, content, limits) if wire.is_json else Converted(content)
    checked(wire.signal, request.body, limits)
    return request


async def prepare(wire: Wire, limits: Limits, pool: Executor) -> Converted:
    """:func:`prepared`, in the pool unless it is quick."""
    if wire.is_quick:
        return prepared(wire, limits)
    return await asyncio.get_running_loop().run_in_executor(pool, prepared, wire, limits)
