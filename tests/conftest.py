"""Goldens: texts that are committed and compared byte for byte; ``--update-goldens`` writes them anew."""

import atexit
import gc
import os
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from hypothesis import settings

from collector.store import opening
from tests import new_stores

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # importing LiteLLM must not wait for a download


def _end_quietly() -> None:
    """DuckDB 2.0 prints forty lines about objects its Python module still holds; the last word is the test count."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


atexit.register(_end_quietly)

opening._connect = new_stores.copied

settings.register_profile("patient", settings(), deadline=None)  # a machine that does several things is slow, not wrong
settings.load_profile("patient")

GOLDENS = Path(__file__).parent / "goldens"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write tests/goldens anew; read the difference")
    parser.addoption("--shots", metavar="FOLDER", help="keep pictures of the console's pages, to look at")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported to find the tests stays to the end: the collector of garbage does not look at it."""
    gc.disable()
    found = yield
    gc.freeze()
    gc.enable()
    return found


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with its golden file."""

    def compare(name: str, text: str) -> None:
        path = GOLDENS / name
        if request.config.getoption("--update-goldens"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text, f"{name} changed: pytest --update-goldens, then read the diff"

    return compare
