"""Secrets that the configuration names and does not hold: each is in an environment variable or in a file of its own.

The configuration may be read by many, printed by a check and noted in the journal; so it says where a secret is, and
the secret itself is read once, when the server starts.

    SecretError   a secret is not where the configuration says
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SecretError(Exception):
    """A secret cannot be had; says whose, where it was sought, and what would do."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where one secret is: exactly one of the two."""

    env: str | None = None
    """Environment variable that holds the secret; or else:"""
    file: Path | None = None
    """File that holds the secret and nothing else."""

    def __post_init__(self) -> None:
        if (self.env is None) == (self.file is None):
            given = "neither" if self.env is None else "both"
            raise ValueError(
                f"found {given} of an environment variable and a file for the secret; expected one of them"
            )

    def read(self, owner: str, environ: Mapping[str, str]) -> str:
        """Read the secret without the white space around it; raises :class:`SecretError`.

        >>> Source(env="SIGNAL_KEY").read("key k1", {"SIGNAL_KEY": " s3cret "})
        's3cret'
        >>> Source(env="SIGNAL_KEY").read("key k1", {})
        Traceback (most recent call last):
        ...
        alerts.delivery.secrets.SecretError: the secret of key k1 is sought in the environment variable SIGNAL_KEY, \
which is not set or empty; set it, or name another place
        """
        place = f"environment variable {self.env}" if self.file is None else f"file {self.file}"
        try:
            found = (environ.get(self.env or "", "") if self.file is None else self.file.read_text("utf-8")).strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SecretError(f"the secret of {owner} is sought in the {place}: {error}") from error
        if not found:
            problem = "which is not set or empty" if self.file is None else "which is empty"
            raise SecretError(
                f"the secret of {owner} is sought in the {place}, {problem}; set it, or name another place"
            )
        return found
