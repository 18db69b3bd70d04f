"""One shop with a good and a failed request."""

import pytest

from tests.dashboards.trace_apis.exported import NOON, S, Shop


@pytest.fixture(scope="module")
def shop():
    with (opened := Shop()).house:
        opened.good = opened.answer()
        opened.failed = opened.answer(failed=True, at_ns=NOON + 60 * S)
        yield opened


@pytest.fixture(scope="module")
def trace_id(shop):
    return shop.good


@pytest.fixture(scope="module")
def failed_id(shop):
    return shop.failed
