"""A swap is over when what answered before answers again, and not while a share of the calls still has the other."""

from analytics.drift.noting import swaps_returned
from analytics.drift.returning import Versions, back_ns, needed
from analytics.drift.swaps import Evidence
from analytics.findings.course import Ended
from analytics.findings.finding import Finding, Kind
from analytics.findings.reading import Key
from tests.analytics.derive.house import NOON, House, S, Sent, call, small_book

UNTIL = NOON + 3_600 * S
NAMES = Versions("gpt-4o", "may", "august")
PRINTS = Versions("gpt-4o", "fp_1", "fp_2", fingerprint=True)


def answering(*versions):
    """A house in which these answered, one a second."""
    house = House(prices=small_book())
    for second, version in enumerate(versions):
        says = {
            "gen_ai.response.model": version,
            "openai.response.system_fingerprint": {"may": "fp_1"}.get(version, "fp_2"),
        }
        root = Sent(trace=second + 1, start_s=second, kind="request")
        house.send(root, call(trace=second + 1, span=2, parent=1, start_s=second, says=says))
    house.settle()
    return house


def test_it_is_back_once_it_has_answered_often_enough():
    with answering(*["august"] * 5, *["may"] * needed(1.0)) as house:
        assert back_ns(house.store, NAMES, NOON, UNTIL) == NOON + 4 * S
        assert back_ns(house.store, PRINTS, NOON, UNTIL) == NOON + 4 * S
    with answering(*["august"] * 5, *["may"] * (needed(1.0) - 1)) as house:
        assert back_ns(house.store, NAMES, NOON, UNTIL) is None


def test_a_share_of_the_calls_is_still_a_swap():
    with answering(*["august", *["may"] * 9] * 3, *["may"] * 30) as house:
        assert needed(3 / 21) == 45  # and 39 came since
        assert back_ns(house.store, NAMES, NOON, UNTIL) is None


def test_a_third_version_is_no_return():
    with answering(*["august"] * 5, *["november"] * 30) as house:
        assert back_ns(house.store, NAMES, NOON, UNTIL) is None


def swap(**told):
    explanation = {"from": "fp_1", "to": "fp_2", "evidence": Evidence.FINGERPRINT, **told}
    key, at_s = Key("output_tokens", "model", "gpt-4o"), NOON // S
    return Finding("a" * 32, "a" * 32, key, 86_400, at_s, at_s, None, None, 1.0, 2.0, 0.0, explanation, Kind.MODEL_SWAP)


def test_a_swap_by_fingerprint_ends_when_the_old_one_is_back():
    with answering(*["august"] * 5, *["may"] * 20) as house:
        (ended,) = swaps_returned(house.store, [swap()], UNTIL // S)
    assert (ended.ended, ended.until_s) == (Ended.RETURNED, NOON // S + 4)


def test_a_swap_that_names_no_versions_is_left_alone():
    with answering(*["august"] * 5, *["may"] * 20) as house:
        assert swaps_returned(house.store, [swap(**{"from": None})], UNTIL // S) == []
