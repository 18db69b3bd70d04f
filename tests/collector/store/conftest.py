"""Stores of this folder are opened as users open them: new ones are migrated."""

import pytest

from collector.store import opening
from tests import new_stores


@pytest.fixture(autouse=True, scope="module")
def _migrated():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "_connect", new_stores.connect)
        yield
