"""How the command ends: what it wanted to say is said, and a reader who leaves is no crash."""

import subprocess
import sys
from pathlib import Path

import pytest

from burnline import main

ROOT = Path(__file__).parents[1]
BARE = "import sys; sys.modules['fastapi'] = sys.modules['duckdb'] = None; import burnline; burnline.command()"
LISTING = [sys.executable, "-m", "burnline", "prices", "list", "--limit", "0"]
EXPLAINING = [*LISTING[:4], "explain", "gpt-4o"]


@pytest.mark.parametrize("words", [("serve",), ("prices", "list"), ("cost", "--data", "there")])
def test_without_the_server_the_command_says_what_to_install(words):
    ran = subprocess.run([sys.executable, "-c", BARE, *words], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert ran.returncode == 1
    assert "pip install 'burnline[server]'" in ran.stderr


def test_a_reader_who_has_seen_enough_gets_no_traceback():
    with subprocess.Popen(LISTING, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as listing:  # noqa: S603 - our own command
        assert listing.stdout is not None
        assert listing.stderr is not None
        listing.stdout.close()
        assert listing.stderr.read() == b""
    assert listing.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is a thing of Linux")
@pytest.mark.parametrize("words", [LISTING, EXPLAINING, [*LISTING[:-2], "--json"]])
def test_an_answer_that_cannot_be_written_is_a_failure_and_no_traceback(words):
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(words, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own command
    assert ran.returncode == 1
    assert ran.stderr.startswith("burnline")
    assert ran.stderr.endswith("No space left on device\n")
    assert ran.stderr.count("\n") == 1


def test_whoever_closed_what_we_write_to_reads_nothing():
    closing = ["sh", "-c", 'exec "$@" >&- 2>&-', "sh", *EXPLAINING]
    ran = subprocess.run(closing, cwd=ROOT, capture_output=True, check=False)  # noqa: S603 - our own command
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    ("option", "value"),
    [*[("--port", value) for value in ("99999", "-1", "x", "1.5", "\u0663", "9" * 5_000)], ("--data", "")],
)
def test_an_address_or_a_directory_that_is_none_is_named_before_anything_is_opened(tmp_path, capsys, option, value):
    with pytest.raises(SystemExit):
        main(["serve", "--data", str(tmp_path / "data"), f"{option}={value}"])
    assert "expected " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
