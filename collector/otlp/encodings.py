"""Content encodings of a request body: identity, gzip, deflate, zstd, each inflated under one budget.

A few kilobytes can inflate to gigabytes (zeros: 1 to 1,000 in gzip, 1 to 30,000 in zstd), so nothing is inflated
without a limit: inflating stops at ``body_bytes`` and one byte, which proves the body too large.

>>> import gzip
>>> inflated(gzip.compress(b"spans"), "gzip", Limits())
b'spans'
"""

import logging
import sys
import zlib
from collections.abc import Callable, Mapping
from typing import Protocol

from collector.otlp.limits import Limits
from collector.otlp.refusals import Unsupported
from collector.signals import Malformed, TooLarge

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_logger = logging.getLogger(__name__)

_GZIP, _ZLIB, _RAW = 31, 15, -15
"""zlib's window bits for the three wrappings of deflate, each with the largest window."""

_PIECE_BYTES = 1 << 16
"""Fed to a member at a time, so that what follows its end is a small copy."""


class _Member(Protocol):
    """A decompressor of one gzip member, zlib stream or zstd frame."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def normalised(content_encoding: bytes) -> str:
    """The one encoding a ``Content-Encoding`` header names.

    >>> normalised(b"GZIP"), normalised(b"x-gzip"), normalised(b""), normalised(b"identity, zstd")
    ('gzip', 'gzip', 'identity', 'zstd')
    """
    named = [part.strip() for part in content_encoding.decode("latin-1").lower().split(",")]
    codings = [_ALIASES.get(part, part) for part in named if part not in {"", "identity"}]
    if len(codings) > 1:
        raise Unsupported(
            "stacked_encodings", f"found {len(codings)} stacked content encodings, expected one of {ENCODINGS}"
        )
    coding = codings[0] if codings else "identity"
    if coding not in ENCODINGS:
        raise Unsupported(
            "unknown_encoding", f"content encoding {coding[:40]!r} is unknown, expected one of {ENCODINGS}"
        )
    return coding


def inflated(wire: bytes, encoding: str, limits: Limits) -> bytes:
    """The body that ``wire`` encodes, at most ``body_bytes`` long.

    Raises :class:`Malformed` when the stream is corrupt or cut off, :class:`TooLarge` when it inflates past the limit.
    """
    if encoding == "identity":
        return _within(wire, limits)
    try:
        return _INFLATE[encoding](wire, limits)
    except (zlib.error, zstd.ZstdError) as error:
        raise Malformed("bad_encoding", f"the body is not valid {encoding}: {error}") from error


def _gzip(wire: bytes, limits: Limits) -> bytes:
    return _joined_members(wire, lambda: zlib.decompressobj(_GZIP), limits, most=limits.encoded_members)


def _zstd(wire: bytes, limits: Limits) -> bytes:
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: limits.zstd_window_log}
    return _joined_members(wire, lambda: zstd.ZstdDecompressor(options=options), limits, most=limits.encoded_members)


def _deflate(wire: bytes, limits: Limits) -> bytes:
    """Read zlib, as RFC 9110 says, or raw deflate, as some senders do."""
    if _looks_like_zlib(wire):
        try:
            return _joined_members(wire, lambda: zlib.decompressobj(_ZLIB), limits, most=1)
        except zlib.error as error:
            _logger.debug("two bytes looked like a zlib header (%s): reading raw deflate", error)
    return _joined_members(wire, lambda: zlib.decompressobj(_RAW), limits, most=1)


def _looks_like_zlib(wire: bytes) -> bool:
    return len(wire) > 1 and wire[0] & 0x0F == 8 and (wire[0] << 8 | wire[1]) % 31 == 0  # noqa: PLR2004 - RFC 1950


def _joined_members(wire: bytes, member_of: Callable[[], _Member], limits: Limits, *, most: int) -> bytes:
    """Inflate one member after the other into one budget."""
    inflated_parts: list[bytes] = []
    room_bytes = limits.body_bytes
    member, members = member_of(), 1
    for start in range(0, len(wire), _PIECE_BYTES):
        piece = wire[start : start + _PIECE_BYTES]
        while piece:
            if member.eof:
                member, members = member_of(), members + 1
                if members > most:
                    raise Malformed("trailing_data", f"found more than {most} compressed members, expected one")
            part = member.decompress(piece, room_bytes + 1)
            room_bytes -= len(part)
            if room_bytes < 0:
                raise _too_large(limits)
            inflated_parts.append(part)
            piece = member.unused_data if member.eof else b""
    if not member.eof:
        raise Malformed("cut_off", f"the compressed body ends early, after {len(wire)} bytes")
    return b"".join(inflated_parts)


def _within(body: bytes, limits: Limits) -> bytes:
    if len(body) > limits.body_bytes:
        raise _too_large(limits)
    return body


def _too_large(limits: Limits) -> TooLarge:
    return TooLarge(
        "body_bytes", f"the body is over {limits.body_bytes} bytes after decompression: send smaller batches"
    )


_INFLATE: Mapping[str, Callable[[bytes, Limits], bytes]] = {"gzip": _gzip, "deflate": _deflate, "zstd": _zstd}

_ALIASES = {"x-gzip": "gzip", "zlib": "deflate"}

ENCODINGS = ("identity", *_INFLATE)
"""What a request may be encoded with; also the answer's ``Accept-Encoding`` when it is something else."""
