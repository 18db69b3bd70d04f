"""What both protocols do with a request once they have its bytes: prepare it, offer it, count what is refused."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from collector.accounts import Accounts
from collector.otlp.body import Wire, prepare
from collector.otlp.held import HeldBytes, Share
from collector.otlp.limits import Limits
from collector.signals import Intake, Overloaded, Receipt, Refused, Signal

_logger = logging.getLogger(__name__)

_POOL_THREADS = 2
"""Bodies inflated or converted at the same time; zlib and zstd release the interpreter lock, JSON does not."""


class Receiver:
    """One intake behind every listener of the edge, with the limits they share.

    The intake counts what it receives; the receiver counts every request that is answered with an error.
    """

    def __init__(self, intake: Intake, accounts: Accounts, limits: Limits) -> None:
        self.limits = limits
        self.held = HeldBytes(limits.held_bytes, retry_after_s=limits.retry_after_s)
        self._intake = intake
        self._accounts = accounts
        self._pool = ThreadPoolExecutor(_POOL_THREADS, thread_name_prefix="otlp-body")

    async def keep(self, wire: Wire, share: Share) -> tuple[Receipt, str]:
        """The receipt for a request's records, and a warning for its sender or "".

        Raises :class:`Refused`. An offer once made runs to its end even when the sender goes away.
        """
        request = await prepare(wire, self.limits, self._pool)
        share.hold(len(wire.content) + len(request.body))
        offer = asyncio.ensure_future(self._intake.offer(wire.signal, request.body))
        try:
            return await asyncio.shield(offer), request.warning
        except asyncio.CancelledError:
            offer.add_done_callback(_log_abandoned)
            raise

    def refuse(self, signal: Signal | None, error: Exception) -> Refused:
        """Count an error and turn it into the answer for the sender: what we do not know is temporary, never final."""
        refused = error if isinstance(error, Refused) else self._internal_error(error)
        self._accounts.refuse(signal, refused.reason)
        return refused

    def count_refused(self, signal: Signal | None, reason: str) -> None:
        """Count a request that gets no answer from us, because its sender is gone or the library answers."""
        self._accounts.refuse(signal, reason)

    def close(self) -> None:
        """Let the pool's threads end; the listeners are closed first."""
        self._pool.shutdown(wait=True)

    def _internal_error(self, error: Exception) -> Overloaded:
        _logger.error("a request failed unexpectedly; its sender is asked to retry", exc_info=error)
        return Overloaded("internal_error", "internal error: retry", retry_after_s=self.limits.retry_after_s)


def _log_abandoned(offer: "asyncio.Future[Receipt]") -> None:
    if not offer.cancelled() and (error := offer.exception()):
        _logger.warning("an offer whose sender had gone away failed: %r", error)
