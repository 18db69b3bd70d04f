"""Another fingerprint under the same name is a swap; guardrails that block more and answers cut off have drifted."""

import pytest

from analytics.changes.change import Kind
from analytics.changes.history import History
from analytics.changes.markers import Marker, keep
from analytics.drift.judging import Verdict
from analytics.drift.looking import look
from analytics.drift.settings import DriftSettings
from analytics.drift.stream import Key
from analytics.drift.swaps import Evidence
from analytics.drift.windows import Against
from analytics.questions import Window
from tests.analytics.derive.house import NOON, House, S, Sent, call, small_book

HOUR, CHANGE_S = 3_600, 5 * 3_600 + 1_200
WINDOW = Window(NOON + 5 * HOUR * S, NOON + 6 * HOUR * S)


def spans():
    """A request each half a minute; in the sixth hour another system begins to serve, and one in two is blocked."""
    for number in range(6 * HOUR // 30):
        at_s, trace = number * 30.0, number + 1
        since = at_s >= CHANGE_S
        yield Sent(trace=trace, start_s=at_s, kind="request", says={"burnline.route": "answer"})
        cut = number % 3 == 0 if since else number % 30 == 0
        says = {"openai.response.system_fingerprint": "fp_new" if since else "fp_old"}
        says |= {"gen_ai.response.finish_reasons": ["length" if cut else "stop"]}
        yield call(trace=trace, span=2, parent=1, start_s=at_s, tokens=(1_200, 100 + number % 7), says=says)
        blocked = number % 2 == 0 if since else number % 20 == 0
        verdict = {"burnline.guardrail.verdict": "block" if blocked else "allow"}
        yield Sent(trace=trace, span=3, parent=1, start_s=at_s, kind="guardrail", says=verdict)


@pytest.fixture(scope="module")
def house():
    with House(prices=small_book()) as opened:
        opened.send(*spans())
        opened.settle()
        yield opened


@pytest.fixture(scope="module")
def found(house):
    return look(History(house.store), WINDOW, DriftSettings(), Against.BEFORE)


def test_another_fingerprint_under_the_same_name_is_a_silent_swap(found):
    (swap,) = found.swaps
    assert (swap.model, swap.evidence, swap.before, swap.after) == ("gpt-4o", Evidence.FINGERPRINT, "fp_old", "fp_new")
    assert abs(swap.at_ns - (NOON + CHANGE_S * S)) <= 60 * S
    assert not swap.told


def test_guardrails_that_block_more_and_answers_that_are_cut_off_have_drifted(found):
    drifted = {one.stream.key for one in found.judged if one.verdict is Verdict.DRIFTED}
    assert drifted == {
        Key("finish_reason", "all", ""),
        Key("finish_reason", "route", "answer"),
        Key("finish_reason", "model", "gpt-4o"),
        Key("guardrail", "all", ""),
        Key("guardrail", "route", "answer"),
        Key("system_fingerprint", "model", "gpt-4o"),
    }


def test_a_marker_within_the_hour_tells_it(house):
    keep(house.store, Marker(Kind.CONFIGURATION, "gateway", None, "v2", NOON + (CHANGE_S - 600) * S), NOON)
    (swap,) = look(History(house.store), WINDOW, DriftSettings(), Against.BEFORE).swaps
    assert swap.told


def test_how_answers_end_is_taken_apart_and_dated(found):
    one = found.causes[Key("finish_reason", "model", "gpt-4o")]
    assert abs(one.at_ns - (NOON + CHANGE_S * S)) <= 600 * S
    assert one.split is not None
