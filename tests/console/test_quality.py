"""The page of quality: evaluations with their intervals, gates with why, worst requests, retrieval and people."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from analytics.evaluation.events import Event, export_request
from analytics.evaluation.gate import gated
from analytics.evaluation.gate_events import gate_request
from analytics.evaluation.settings import GateSettings
from tests.analytics.derive.house import Sent
from tests.analytics.derive.house import body as exported
from tests.analytics.evaluation.worlds import run_of_scores
from tests.console.conftest import PHONE, WIDE
from tests.console.test_pages import COLOURS, serious
from tests.console.workload import CONFIG, HOSTILE, S, _text, fill
from tests.flow.conftest import Servers

REQUESTS = 40
FIRST = 0x90000
NOT_SAID = "\u2013"
RUN = "0" * 31 + "b"
CONFIG = CONFIG | {"freshness": [{"index": "handbook", "within": "7d"}]}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A server of one's own, with forty requests of a route that were searched, judged, reviewed and gated."""
    servers = Servers(tmp_path_factory.mktemp("quality"))
    try:
        world = fill(servers(config=CONFIG))
        _ask(world)
        for sent in (_judged(world), _golden(world)):
            assert world.server.send(export_request(sent).SerializeToString(), "/v1/logs").status_code == 200
        for gate in _gates(world):
            assert world.server.send(gate_request(gate).SerializeToString(), "/v1/logs").status_code == 200
        worst = 8 + 6  # scores below 1, and what people said failed
        world.server.until(lambda: len(world.server.get("/v1/evaluations/worst")["rows"]) == worst, 20)
        yield world
    finally:
        servers.end()


def _at(world, n):
    return world.filled_at_ns - (60 * REQUESTS - 60 * n) * S


def _ask(world):
    """One retrieval each: every tenth found nothing, one showed what it may not, from the thirtieth on they are old."""
    spans = []
    for n in range(REQUESTS):
        who = {"burnline.route": "help", "burnline.tenant": HOSTILE if n == 3 else "acme"}
        says = {
            "gen_ai.data_source.id": "handbook",
            "burnline.index.version": "2026-11",
            "burnline.retrieval.document_count": 0 if n % 10 == 0 else 3,
            "burnline.retrieval.duplicates": 1 if n % 2 else 0,
            "burnline.retrieval.top_score": 0.5 + n / 100,
            "burnline.retrieval.age_s": 86_400.0 * (30 if n >= 30 else 1),
            "burnline.permission.checked": True,
            "burnline.permission.violations": int(n == 7),
            "burnline.retrieval.chunk_chars": "[800, 820, 9000]" if n == 5 else "[800, 820, 790]",
        }
        root = Sent(trace=FIRST + n, kind="request", start_at_ns=_at(world, n), says=who)
        spans += [root, Sent(trace=FIRST + n, span=2, parent=1, kind="retriever", start_at_ns=_at(world, n), says=says)]
    assert world.server.send(exported(spans)).status_code == 200


def _judged(world):
    """Every fifth answer is unfaithful, and people say fail to six of ten, of which four are those."""
    for n in range(REQUESTS):
        score, why = (0.2, f"claims {HOSTILE}") if n % 5 == 0 else (1.0, "")
        yield Event(
            "faithful", _at(world, n), score=score, explanation=why, trace_id=world.trace(FIRST + n), source=None
        )
    for n in (0, 5, 10, 15, 21, 22, 31, 32, 33, 34):
        word = "fail" if n < 23 else "pass"
        at_ns = world.filled_at_ns - 100 * S + n
        yield Event("human", at_ns, label=word, trace_id=world.trace(FIRST + n), source="human")


def _golden(world):
    for n in range(20):
        at_ns = world.filled_at_ns - 3_000 * S + 1_000 * n
        yield Event("recall@10", at_ns, score=float(n < 18), run_id=RUN, item_id=str(n))


def _gates(world):
    settings = GateSettings(rounds=999)
    started = _text(world.filled_at_ns - 3_600 * S), _text(world.filled_at_ns - 1_800 * S)
    baseline = replace(run_of_scores({"exact": [1.0] * 60}, yes_or_no=True), name="v1")
    equal = replace(baseline, name="v2 same prompt", started_at=started[0])
    worse = run_of_scores({"exact": [0.0] * 20 + [1.0] * 40}, yes_or_no=True)
    yield gated(baseline, equal, (), settings)
    yield gated(baseline, replace(worse, name="v3 shorter prompt", started_at=started[1]), (), settings)


def region(page, name):
    return page.get_by_role("region", name=name, exact=True)


def test_from_a_fallen_score_to_the_trace_behind_it(visit, shots):
    page = visit("/quality")
    page.get_by_role("link", name="faithful").click()
    page.wait_for_url("**/quality?name=faithful&source=traffic")
    row = region(page, "Evaluations").locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("0.84")  # 32 x 1 and 8 x 0.2, of 40
    expect(row).to_contain_text(re.compile(r"0\.70 to 0\.92"))  # Wilson, 33.6 of 40
    shots(page, "quality-chosen")
    worst = region(page, "Judged worst").locator("tbody tr")
    expect(worst).to_have_count(8)
    expect(worst.first).to_contain_text("0.20")
    worst.first.get_by_role("link").first.click()
    page.wait_for_url(re.compile(rf"/requests/0+{FIRST + 35:x}$"))
    page.get_by_role("heading", level=1).wait_for()


def test_a_refused_change_stands_with_why_and_what_could_have_been_seen(visit):
    page = visit("/quality")
    rows = region(page, "Gates").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("refused")
    expect(rows.first).to_contain_text("v3 shorter prompt")
    expect(rows.first).to_contain_text("exact worse by 0.333")
    expect(rows.last).to_contain_text("passed")
    expect(rows.last).to_contain_text(re.compile(r"a loss of 0\.04\d or more is ruled out"))  # 1 - 0.05^(1/60) = 0.049
    expect(rows.last).to_contain_text(re.compile(r"exact 0\.05 of 60"))


def test_retrieval_is_told_by_route_with_of_how_many(visit):
    page = visit("/quality")
    row = region(page, "Retrieval").locator("tbody tr", has_text="help")
    told = [cell.split("\n") for cell in row.locator("td").all_inner_texts()]
    assert told[:3] == [["40"], ["10.0 %", "of 40"], ["18.5 %", "of 40"]]  # 4 of 40, 20 of 108 documents
    assert told[6] == ["25.0 %", "of 40"]
    assert told[8] == ["1", "of 40"]
    assert told[10] == [NOT_SAID]
    page.get_by_label("Retrieval by").select_option("index_name,index_version")
    page.wait_for_url("**/quality?found=index_name%2Cindex_version")
    row = region(page, "Retrieval").locator("tbody tr", has_text="handbook")
    expect(row).to_contain_text("2026-11")
    expect(row).to_contain_text("0.8 %")  # one of 120 lengths
    expect(region(page, "Retrieval")).to_contain_text("0.90 0.70 to 0.97, of 20 questions")


def test_people_and_evaluators_are_compared(visit):
    page = visit("/quality")
    row = region(page, "People and evaluators").locator("tbody tr")
    expect(row).to_contain_text("faithful")
    expect(row).to_contain_text("80.0 %")  # they differ on two of ten
    expect(row).to_contain_text("0.62")  # chance: 0.6 x 0.4 + 0.4 x 0.6 = 0.48; (0.8 - 0.48) / 0.52


def test_a_filter_that_nothing_passes_is_said_in_every_panel(visit):
    page = visit("/quality?route=nobody&window=1h")
    for name in ("Over time", "Evaluations", "Judged worst", "Retrieval"):
        expect(region(page, name).locator(".empty")).to_be_visible()


def test_a_panel_that_fails_says_so_and_leaves_the_others(visit, complaints):
    complaints.forgive("503")
    page = visit("/quality", settles=False)
    page.route("**/v1/evaluations/gates*", lambda route: route.fulfill(status=503, body="{}"))
    page.reload()
    expect(region(page, "Gates").get_by_role("button", name="Try again")).to_be_visible()
    expect(region(page, "Judged worst").locator("tbody tr").first).to_be_visible()


def test_a_hostile_tenant_and_reason_stay_text(visit):
    page = visit("/quality")
    expect(region(page, "Judged worst").locator("tbody tr", has_text=HOSTILE).first).to_be_visible()
    assert page.locator("main img").count() == 0


def test_the_page_keeps_nobody_out_in_both_colours_and_fits_a_phone(visit, shots):
    page = visit("/quality")
    shots(page, f"quality-full-{WIDE[0]}-light")
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    shots(page, f"quality-full-{WIDE[0]}-dark")
    assert serious(page, COLOURS) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.wait_for_timeout(300)
    shots(page, f"quality-full-{PHONE[0]}-dark")
    page.emulate_media(color_scheme="light")
    shots(page, f"quality-full-{PHONE[0]}-light")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
