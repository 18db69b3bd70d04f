"""Prompts of the serving app, as a table: the one in use, and two that somebody would like to use instead.

One of them says the same in other words. The other saves tokens: it brings the beginning of each passage alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.demo.retrieval import Passage


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is told before the question."""

    version: str
    said: str
    """What is different about it, for the table of the summary."""
    instruction: str
    characters: int | None = None
    """How much of each passage comes along; None: all of it."""


IN_USE = Prompt("7", "the one in use", "Answer in one sentence, from these passages only:")
REWORDED = Prompt("8", "the same in other words", "Use nothing but the passages below, and answer in one sentence:")
SHORTENED = Prompt("9", "60 characters of each passage, to save tokens", IN_USE.instruction, characters=60)
PROPOSED = (REWORDED, SHORTENED)


_CITED = re.compile(r" ?\[(\d+)\]")


def context(prompt: Prompt, found: Sequence[Passage]) -> str:
    """Put an instruction and what was found together, a line each, numbered so that an answer can name it."""
    told = (f"[{at}] {passage.text[: prompt.characters]}" for at, passage in enumerate(found, 1))
    return "\n".join([prompt.instruction, *told])


def cited(answer: str) -> tuple[int, ...]:
    """Return the numbers of the passages that an answer names.

    >>> cited("It splits the bill [1] and says whose it is [3].")
    (1, 3)
    """
    return tuple(int(number) for number in _CITED.findall(answer))


def uncited(answer: str) -> str:
    """Return the answer without them.

    >>> uncited("It splits the bill [1].")
    'It splits the bill.'
    """
    return _CITED.sub("", answer)
