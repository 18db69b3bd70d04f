"""The signature of an answer: who holds a key can tell a publisher's document from a forger's.

    Burnline-Signature: v1,<kid>,<base64 of HMAC-SHA256>

over the bytes ``<etag>.<body>``, the tag without its quotes. The tag is signed with the body, so that a document cannot
be passed off under another's name. A header may hold several signatures, separated by spaces: a publisher that rotates
its key signs with both until every reader knows the new one. Publisher and reader share this module.

>>> key = SignatureKey("k1", b"a secret of at least sixteen bytes")
>>> header = signature(key, "7-3", b"{}")
>>> checked([key], header, "7-3", b"{}").value, checked([key], header, "7-3", b"[]").value
('good', 'forged')
"""

import hmac
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

SIGNATURE_HEADER = "Burnline-Signature"
_VERSION = "v1"
_SHORTEST_BYTES = 16


class Signed(StrEnum):
    """What became of checking a signature."""

    GOOD = "good"
    UNSIGNED = "unsigned"  # there is no signature in a form this version reads
    UNKNOWN_KEY = "unknown_key"  # signed with keys we do not have: rotated away, or another publisher's
    FORGED = "forged"  # one of our keys is named and did not make it


@dataclass(frozen=True, slots=True)
class SignatureKey:
    """A shared secret under a public name; ``kid`` has no comma and no space.

    >>> SignatureKey("k1", b"short")
    Traceback (most recent call last):
    ...
    ValueError: the secret of key 'k1' has 5 bytes; expected at least 16
    """

    kid: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not self.kid or not self.kid.isascii() or not self.kid.isprintable() or set(self.kid) & set(", "):
            raise ValueError(f"found the key name {self.kid!r}; expected printable ASCII without comma and space")
        if len(self.secret) < _SHORTEST_BYTES:
            found = len(self.secret)
            raise ValueError(f"the secret of key {self.kid!r} has {found} bytes; expected at least {_SHORTEST_BYTES}")


def signature(key: SignatureKey, etag: str, body: bytes) -> str:
    """Sign an answer: the value of its header. ``etag`` may have its quotes."""
    return f"{_VERSION},{key.kid},{_mac(key, etag, body)}"


def checked(keys: Iterable[SignatureKey], header: str | None, etag: str | None, body: bytes) -> Signed:
    """Tell whether one of ``keys`` made a signature in ``header``; compares in constant time."""
    secrets = {key.kid: key for key in keys}
    claims = [parts for text in (header or "").split() if len(parts := text.split(",")) == 3 and parts[0] == _VERSION]  # noqa: PLR2004 - version, key, signature
    if not claims or etag is None:
        return Signed.UNSIGNED
    named = [(secrets[kid], made) for _, kid, made in claims if kid in secrets]
    if not named:
        return Signed.UNKNOWN_KEY
    good = [hmac.compare_digest(_mac(key, etag, body).encode(), made.encode()) for key, made in named]
    return Signed.GOOD if any(good) else Signed.FORGED


def _mac(key: SignatureKey, etag: str, body: bytes) -> str:
    signed = etag.strip('"').encode("latin-1", "replace") + b"." + body
    return b64encode(hmac.digest(key.secret, signed, "sha256")).decode()
