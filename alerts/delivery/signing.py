"""The keys that sign the snapshot: the section ``signal`` names them, the first signs, a reader accepts every one.

To rotate: give readers the new key beside the old one, then put it first here, then take the old one from both. The
form of the signature is ``instrumentation.decision_signature``; both sides share it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from alerts.delivery.secrets import SecretError, Source
from instrumentation.decision_signature import SignatureKey


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One key of ``signal.keys``: its public name, and where its secret is.

    >>> SigningKey("k 1", secret_env="SIGNAL_KEY")
    Traceback (most recent call last):
    ...
    ValueError: kid is 'k 1'; expected printable ASCII without comma and space
    """

    kid: str
    """Public name of the key, sent beside the signature."""
    secret_env: str | None = None
    """Environment variable that holds the secret, at least 16 bytes; or else:"""
    secret_file: Path | None = None
    """File that holds the secret and nothing else."""

    def __post_init__(self) -> None:
        if not self.kid or not self.kid.isascii() or not self.kid.isprintable() or set(self.kid) & set(", "):
            raise ValueError(f"kid is {self.kid!r}; expected printable ASCII without comma and space")
        Source(self.secret_env, self.secret_file)

    def opened(self, environ: Mapping[str, str]) -> SignatureKey:
        """Read the secret; raises :class:`SecretError`."""
        secret = Source(self.secret_env, self.secret_file).read(f"signal.keys {self.kid!r}", environ)
        try:
            return SignatureKey(self.kid, secret.encode())
        except ValueError as refusal:
            raise SecretError(str(refusal)) from refusal


def signing_key(keys: Sequence[SigningKey], environ: Mapping[str, str]) -> SignatureKey | None:
    """Open every key, so that a missing secret shows at the start, and return the first; None without keys."""
    opened = [key.opened(environ) for key in keys]
    return opened[0] if opened else None
