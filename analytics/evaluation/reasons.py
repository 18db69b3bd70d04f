"""Why answers failed and scores are missing, in a line: whoever reads a run in CI has nothing else to look at."""

from collections import Counter
from collections.abc import Iterable

from analytics.evaluation.inputs import WrongInput
from analytics.evaluation.run import Run

_MOST, _LONGEST = 3, 120


def often(reasons: Iterable[str]) -> str:
    """Tell the most frequent reasons, and how often each is given; nothing without any.

    >>> often(["budget", "failed: Timeout: 60 s", "budget"]), often([])
    ('budget (2), failed: Timeout: 60 s (1)', '')
    """
    counted = Counter(" ".join(reason.split()) for reason in reasons)
    told = [f"{_cut(reason)} ({count})" for reason, count in counted.most_common(_MOST)]
    others = sum(counted.values()) - sum(count for _, count in counted.most_common(_MOST))
    return ", ".join([*told, *([f"others ({others})"] if others else [])])


def answered(run: Run, what: str) -> None:
    """Raise :class:`WrongInput` where every question failed: the run only says that its system is off."""
    errors = [item.error for item in run.items if item.error is not None]
    if len(errors) == len(run.items):
        raise WrongInput(f"no question was answered ({often(errors)}) {what}")


def many(count: int, noun: str) -> str:
    """Write how many there are of something.

    >>> many(1, "item"), many(1_200, "item")
    ('1 item', '1,200 items')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _cut(reason: str) -> str:
    return reason if len(reason) <= _LONGEST else f"{reason[:_LONGEST]}..."
