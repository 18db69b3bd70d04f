"""What is wrong with a configuration, in words a person can act on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake.

    >>> print(Problem("burnline.yaml", 3, "store.threads", "'two'", "a whole number", "write 2").text)
    burnline.yaml:3  store.threads
      found     'two'
      expected  a whole number
      remedy    write 2
    """

    origin: str
    """The file, or the environment variable, that holds the mistake."""
    line: int | None
    """Line in the file, counted from 1; null for the environment."""
    key: str
    """Path of the key, for instance ``objectives[0].target``."""
    found: str
    expected: str = ""
    remedy: str = ""

    @property
    def where(self) -> str:
        """Origin and line, as editors and terminals link it."""
        return self.origin if self.line is None else f"{self.origin}:{self.line}"

    @property
    def text(self) -> str:
        """The problem as a short block of lines."""
        parts = (("found", self.found), ("expected", self.expected), ("remedy", self.remedy))
        return "\n".join(
            [f"{self.where}  {self.key}".rstrip(), *(f"  {name:<9} {said}" for name, said in parts if said)]
        )


def render(problems: Iterable[Problem]) -> str:
    """Every problem, in the order of the file, with a count at the end; '' when there is none."""
    blocks = [problem.text for problem in sorted(problems, key=lambda problem: (problem.origin, problem.line or 0))]
    if not blocks:
        return ""
    count = "1 problem" if len(blocks) == 1 else f"{len(blocks)} problems"
    return "\n\n".join([*blocks, count])


class ConfigurationError(Exception):
    """The configuration cannot be used; ``problems`` says why, one by one."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(render(problems))
        self.problems = tuple(problems)
