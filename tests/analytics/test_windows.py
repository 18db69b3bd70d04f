"""What the description says of a window that is left out is what is asked."""

import pytest

import dashboards.process  # noqa: F401 - with every route of a server
from analytics.notation import NS_PER_DAY, NS_PER_HOUR
from analytics.questions import WindowParams

WORDS = {
    NS_PER_HOUR: "one hour",
    NS_PER_DAY: "one day",
    7 * NS_PER_DAY: "seven days",
    28 * NS_PER_DAY: "four weeks",
    30 * NS_PER_DAY: "thirty days",
    365 * NS_PER_DAY: "a year",
}
NOW_NS = 1_795_003_200_000_000_000
ELSEWHERE = {"ExperimentParams", "HistoryParams", "ContributorParams", "DriftParams"}
"""Where the start that is left out is another one than a length before the end."""


def kinds():
    """Every class of questions about a window."""
    found, waiting = [], [WindowParams]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += one.__subclasses__()
    return sorted(found, key=lambda one: one.__name__)


KINDS = kinds()


def test_every_question_is_known():
    assert {"CostParams", "RetrievalParams", "ChangeParams", "MonthParams"} <= {one.__name__ for one in KINDS}
    assert {one.__name__ for one in KINDS} >= ELSEWHERE


@pytest.mark.parametrize("kind", [one for one in KINDS if one.__name__ not in ELSEWHERE], ids=lambda one: one.__name__)
def test_a_window_left_out_is_as_long_as_its_description_says(kind):
    told = kind.model_fields["start"].description
    window = kind.model_construct(start=None, until=None).window(NOW_NS)
    assert told == f"RFC 3339, included; {WORDS[window.until_ns - window.start_ns]} before `until` when left out"


@pytest.mark.parametrize("kind", [one for one in KINDS if one.__name__ in ELSEWHERE], ids=lambda one: one.__name__)
def test_another_start_has_words_of_its_own(kind):
    assert kind.model_fields["start"].description != WindowParams.model_fields["start"].description
