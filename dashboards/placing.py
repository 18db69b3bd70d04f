"""Files put in place whole: whoever reads them at any time reads the old one or the new one."""

from pathlib import Path


def put_in_place(path: Path, text: str) -> None:
    """Write a file beside its place, then rename it; raises OSError and leaves nothing behind.

    What is there and no file is written to as it is: a folder says so, and ``/dev/stdout`` must not become a file.
    """
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error
