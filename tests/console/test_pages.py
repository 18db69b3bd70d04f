"""Every page, in light and dark, wide and on a phone: nothing serious for axe, no sideways scroll, no complaint."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.console.conftest import PHONE, WIDE
from tests.console.workload import EXPLAINING, ORPHAN, World

PATHS = {
    "overview": "/",
    "requests": "/requests?sort=cost",
    "trace": f"/requests/{World.trace(EXPLAINING)}",
    "orphan": f"/requests/{World.trace(ORPHAN)}",
    "cost": "/cost",
    "price": "/prices/genai-prices%2Fopenai%2Fgpt-4o%2Foutput%2Fstandard",
    "budgets": "/budgets",
    "budget": "/budgets/answers",
    "routing": "/routing",
    "changes": "/changes",
    "quality": "/quality",
    "chargeback": "/chargeback",
}


COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def serious(page: Page, options: dict | None = None) -> list[str]:
    """What axe finds that keeps somebody out; what it finds to be well is not written up, which takes twice as long."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    asked = {"resultTypes": ["violations"], **(options or {})}
    found = page.evaluate("asked => axe.run(asked).then((found) => found.violations)", asked)
    return [
        f"{one['id']}: {node['target']} {node['html'][:120]} {node['failureSummary']}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("name", PATHS)
def test_a_page_keeps_nobody_out_in_light_or_dark_and_fits_a_phone(visit, shots, name):
    page = visit(PATHS[name])
    shots(page, f"{name}-{WIDE[0]}-light")
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    shots(page, f"{name}-{WIDE[0]}-dark")
    assert serious(page, COLOURS) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    shots(page, f"{name}-{PHONE[0]}-dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_a_page_that_keeps_somebody_out_would_be_found(browser):
    page = browser.new_page()
    page.set_content('<html lang="en"><title>x</title><main><button></button><p style="color: #ddd">pale</p></main>')
    assert [said.partition(":")[0] for said in serious(page)] == ["button-name", "color-contrast"]
    assert [said.partition(":")[0] for said in serious(page, COLOURS)] == ["color-contrast"]
    page.close()
