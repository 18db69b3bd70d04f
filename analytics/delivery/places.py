"""Where an export is delivered to: a folder or a bucket, behind one interface of pyarrow.

Credentials of a bucket come from where every AWS tool takes them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a
profile named by AWS_PROFILE, or the machine's role. They are neither configured nor written anywhere here.

    DeliveryError
    |-- DeliveryRefused   something else is there already; nothing was changed
    `-- DeliveryFailed    it broke off; delivering again completes it
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyarrow import fs

from analytics.focus.settings import S3, DeliveryTarget

BLOCK_BYTES = 1 << 20
CONNECT_S = 10
REQUEST_S = 60
"""How long a store may stay silent."""
_PARTIAL = ".partial"


class DeliveryError(Exception):
    """A delivery is not complete."""


class DeliveryRefused(DeliveryError):
    """Something else is there already, or the export is not what its manifest says."""


class DeliveryFailed(DeliveryError):
    """The place could not be reached, or broke off."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder or a bucket; names in it are relative."""

    shown: str
    """For people: the folder, or s3://bucket/prefix."""
    root: str
    files: Any
    """A file system of pyarrow."""
    moves: bool
    """Whether a file can be renamed at once; a bucket shows an object only when it is whole."""

    def read(self, name: str) -> bytes | None:
        """A small file; None when it is not there."""
        with self._telling(f"read {name}"):
            if not self._there(name):
                return None
            with self.files.open_input_stream(self._path(name)) as file:
                return bytes(file.read())

    def sha256(self, name: str) -> str | None:
        """Hash of a file; None when it is not there."""
        with self._telling(f"read {name}"):
            if not self._there(name):
                return None
            found = hashlib.sha256()
            with self.files.open_input_stream(self._path(name)) as file:
                while block := file.read(BLOCK_BYTES):
                    found.update(block)
            return found.hexdigest()

    def write(self, name: str, blocks: Iterator[bytes]) -> None:
        """Write a file whole or not at all."""
        path = self._path(name)
        unfinished = path + _PARTIAL if self.moves else path
        with self._telling(f"write {name}"):
            if self.moves:
                self.files.create_dir(path.rpartition("/")[0], recursive=True)
            self._fill(unfinished, blocks)
            if self.moves:
                self.files.move(unfinished, path)

    def _fill(self, path: str, blocks: Iterator[bytes]) -> None:
        try:
            with self.files.open_output_stream(path) as file:
                for block in blocks:
                    file.write(block)
        except BaseException:
            # A stream that is left on an error is closed, and with that the object would be there, cut off.
            if self._there_at(path):
                self.files.delete_file(path)
            raise

    def _there(self, name: str) -> bool:
        return self._there_at(self._path(name))

    def _there_at(self, path: str) -> bool:
        return bool(self.files.get_file_info(path).type == fs.FileType.File)

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise DeliveryFailed(
                f"could not {what} in {self.shown}: {error}; what was delivered stays, deliver again to complete it"
            ) from error


def place_of(target: DeliveryTarget) -> Place:
    """The place that a delivery names. A bucket is not looked at before something is read or written."""
    if target.s3 is not None:
        return _bucket(target.s3)
    folder = Path(target.folder or "").expanduser().resolve()
    return Place(str(folder), str(folder), fs.LocalFileSystem(), moves=True)


def _bucket(s3: S3) -> Place:
    options: dict[str, object] = {"connect_timeout": CONNECT_S, "request_timeout": REQUEST_S}
    if s3.endpoint is not None:
        options["endpoint_override"] = s3.endpoint
    if s3.region is not None:
        options["region"] = s3.region
    root = "/".join((s3.bucket, *(part for part in s3.prefix.split("/") if part)))
    return Place(f"s3://{root}", root, fs.S3FileSystem(**options), moves=False)
