"""Standard Webhooks: three headers that say which message this is, when it was sent, and by whom.

    webhook-id         the same at every try: who has seen it has had the message
    webhook-timestamp  seconds since 1970 of this try; receivers refuse what is older than five minutes
    webhook-signature  one `v1,<base64 HMAC-SHA256>` over `id.timestamp.body` for each secret, so that secrets rotate

A secret is written ``whsec_`` and base64, 24 to 64 bytes of it.
"""

import hmac
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alerts.delivery.secrets import SecretError

MOST_BYTES = 20_000
"""What the standard recommends a message to have at most."""
_PREFIX = "whsec_"
_SHORTEST_BYTES, _LONGEST_BYTES = 24, 64


@dataclass(frozen=True, slots=True)
class Secret:
    """The bytes that both sides share."""

    key: bytes = field(repr=False)

    @classmethod
    def of(cls, owner: str, text: str) -> "Secret":
        """Read a secret as it is written; raises :class:`SecretError` without showing it.

        >>> len(Secret.of("hook", "whsec_" + b64encode(bytes(24)).decode()).key)
        24
        >>> Secret.of("hook", "whsec_secret")
        Traceback (most recent call last):
        ...
        alerts.delivery.secrets.SecretError: the secret of hook is no webhook secret: expected whsec_ and the base64 \
of 24 to 64 bytes; `openssl rand -base64 32` makes one
        """
        try:
            key = b64decode(text.removeprefix(_PREFIX), validate=True) if text.startswith(_PREFIX) else b""
        except (NoBase64, ValueError):
            key = b""
        if not _SHORTEST_BYTES <= len(key) <= _LONGEST_BYTES:
            raise SecretError(
                f"the secret of {owner} is no webhook secret: expected {_PREFIX} and the base64 of {_SHORTEST_BYTES} "
                f"to {_LONGEST_BYTES} bytes; `openssl rand -base64 32` makes one"
            )
        return cls(key)


def headers(message_id: str, at: datetime, body: bytes, secrets: Sequence[Secret]) -> Mapping[str, str]:
    """The headers of one try."""
    sent_s = str(int(at.timestamp()))
    signed = f"{message_id}.{sent_s}.".encode() + body
    signatures = [f"v1,{b64encode(hmac.digest(secret.key, signed, 'sha256')).decode()}" for secret in secrets]
    return {"webhook-id": message_id, "webhook-timestamp": sent_s, "webhook-signature": " ".join(signatures)}
