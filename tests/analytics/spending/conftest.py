"""A served application for each test, and one for all questions that are refused anyway."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.prices import PriceBook
from analytics.spending.pricing import Pricer, book_pricer
from tests.analytics.spending.served import House, served


@pytest.fixture(scope="session")
def book() -> Pricer:
    """Price by the committed lists."""
    return book_pricer(PriceBook.load())


@pytest.fixture
def house(tmp_path: Path, book: Pricer) -> Iterator[House]:
    """Serve on a free port until the test ends."""
    with served(tmp_path, book) as opened:
        yield opened


@pytest.fixture(scope="module")
def strict_house(tmp_path_factory: pytest.TempPathFactory, book: Pricer) -> Iterator[House]:
    """Serve questions that are all refused."""
    with served(tmp_path_factory.mktemp("strict"), book) as opened:
        yield opened
