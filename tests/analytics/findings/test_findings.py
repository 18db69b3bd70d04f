"""A silent change of a model is found, dated and attributed; a restart neither forgets nor repeats it."""

import asyncio
import io

import httpx
import pytest
from rich.console import Console

from analytics.findings.course import Ended
from analytics.findings.kept import findings_between
from analytics.findings.settings import FindingSettings
from analytics.findings.watch import GRAINS, GrainWatch
from analytics.notation import instant_text
from dashboards.app import Parts, build_app
from dashboards.finding_tables import findings_table
from tests.analytics.derive.house import NOON, S
from tests.analytics.findings.story import CHANGE_S, END_S, STEP_S, spans, told, turn, watch

NOON_S = NOON // S


@pytest.fixture(scope="module")
def house():
    with told(*spans()) as opened:
        seen = watch(opened, CHANGE_S)
        for at_s in range(CHANGE_S, END_S + 60, STEP_S):
            turn(seen, at_s)
        seen.close()
        yield opened


def asked(house, **params):
    async def ask():
        app = build_app(Parts(house.store, lambda: NOON + END_S * S))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://b") as client:
            return await client.get("/v1/findings", params=params)

    answer = asyncio.run(ask())
    assert answer.status_code == 200, answer.text
    return answer.json()["findings"]


def test_what_begins_together_is_one_finding_with_the_length_of_answers(house):
    (found,) = asked(house)
    moved = {found["measure"], *(one["measure"] for one in found["also"])}
    assert "output_tokens" in moved
    assert found["until"] is None


def test_it_is_dated_to_the_step(house):
    (found,) = asked(house)
    near = [instant_text(NOON + (CHANGE_S + steps * STEP_S) * S) for steps in (-2, -1, 0, 1)]
    assert found["start"] in near


def test_it_is_attributed_to_the_version_and_not_to_tenants_who_have_it_alike(house):
    (found,) = asked(house)
    (change,) = found["changes"]
    versions = {one["value"] for one in found["moved"] if one["dimension"] == "model_version"}
    assert versions
    assert versions <= {"gpt-4o-2024-05-13", "gpt-4o-2024-08-06"}
    assert "model gpt-4o gpt-4o-2024-05-13 → gpt-4o-2024-08-06 explains" in found["text"]
    assert (change["kind"], change["name"], change["to"]) == ("model", "gpt-4o", "gpt-4o-2024-08-06")
    assert "tenant" not in {one["dimension"] for one in found["moved"]}


def test_its_traces_are_requests_since_it_began(house):
    (found,) = asked(house)
    assert found["trace_ids"]
    assert all(int(trace, 16) > CHANGE_S / 25 - 24 for trace in found["trace_ids"])  # traces are numbered in time


def test_filters_find_it_by_any_figure_that_moved(house):
    assert asked(house, route="answer")
    assert asked(house, tenant="nobody") == []
    assert asked(house, open="false") == []


def test_a_restart_neither_forgets_nor_repeats(house):
    before = findings_between(house.store, NOON_S, NOON_S + END_S)
    again = watch(house, END_S)
    assert turn(again, END_S) == []
    assert findings_between(house.store, NOON_S, NOON_S + END_S) == before


def test_what_late_spans_take_back_is_withdrawn_and_not_shown():
    calm = list(spans(change_s=END_S))
    before = [one for one in calm if one.start_s < CHANGE_S]
    since = [one for one in calm if CHANGE_S <= one.start_s < CHANGE_S + 10 * STEP_S]
    with told(
        *before, *(one for one in since if one.span == 1)
    ) as house:  # three quarters of an hour of requests without a call
        seen = watch(house, CHANGE_S)
        turn(seen, CHANGE_S + 9 * STEP_S + 60)
        assert costs(house) == {None}
        house.send(*(one for one in since if one.span > 1))
        house.settle()
        turn(seen, CHANGE_S + 10 * STEP_S + 60)
        assert costs(house) == {Ended.WITHDRAWN}
        assert "cost" not in {one["measure"] for one in asked(house)}


def costs(house):
    """How the findings about cost ended."""
    return {one.ended for one in findings_between(house.store, NOON_S, NOON_S + END_S) if one.key.measure == "cost"}


def test_the_table_says_it_in_a_line(house):
    console = Console(width=400, record=True, file=io.StringIO())
    console.print(findings_table({"findings": asked(house)}))
    text = console.export_text()
    assert "goes on" in text
    assert "gpt-4o-2024-08-06" in text


def test_a_smaller_budget_asks_for_more():
    few, many = (FindingSettings(false_alarms_per_month=budget) for budget in (0.01, 100.0))
    assert watch_rate(few) * 10_000 == pytest.approx(watch_rate(many))


def watch_rate(settings):
    return GrainWatch(None, GRAINS[0], settings)._rate(100)
