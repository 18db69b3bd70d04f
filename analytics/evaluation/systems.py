"""The system under test: a file of answers, a Python callable, or an HTTP endpoint; all three are asked the same way.

    answers.jsonl         answers that were made elsewhere, by id (`answers.py`)
    package.module:name   called with the question; returns the text, or an object as a line of that file without `id`
    http://host/path      POST {"id": ..., "question": ...}; answers with such an object, or {"answer": text}

A question that fails is an answer with an `error`: it counts as the worst one. A file without an item of the golden
set is refused instead, because nobody asked its system.
"""

import importlib
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import httpx

from analytics.evaluation.answers import Answer, answer_of, read_answers
from analytics.evaluation.golden import GoldenItem
from analytics.evaluation.inputs import NotAnswered, Row, WrongInput, row

Ticks = Callable[[], int]
"""Says a monotonic time in nanoseconds."""
_NS_PER_MS = 1_000_000
_SAID = 200
_OK = 200


class System(Protocol):
    """Answers questions."""

    @property
    def name(self) -> str:
        """What it is called in the run."""
        ...

    def answer(self, item: GoldenItem) -> Answer:
        """Answer one; raises :class:`NotAnswered` with the reason, :class:`WrongInput` when nothing can be asked."""
        ...


@dataclass(frozen=True, slots=True)
class FileOfAnswers:
    """Answers that were made elsewhere."""

    name: str
    answers: Mapping[str, Answer]

    def answer(self, item: GoldenItem) -> Answer:
        """Look the answer up."""
        if item.item_id not in self.answers:
            raise WrongInput(f"{self.name}: no answer for {item.item_id!r}; expected one for each item of the set")
        return self.answers[item.item_id]


@dataclass(frozen=True, slots=True)
class Callee:
    """A Python callable."""

    name: str
    call: Callable[[str], Any]

    def answer(self, item: GoldenItem) -> Answer:
        """Call it with the question."""
        try:
            said = self.call(item.question)
        except Exception as error:
            raise NotAnswered(f"{type(error).__name__}: {error}"[:_SAID]) from error
        return _read(said, item, f"{self.name} for {item.item_id!r}")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An HTTP endpoint."""

    name: str
    client: httpx.Client

    def answer(self, item: GoldenItem) -> Answer:
        """Post the question."""
        where = f"{self.name} for {item.item_id!r}"
        try:
            said = self.client.post(self.name, json={"id": item.item_id, "question": item.question})
        except httpx.HTTPError as error:
            raise NotAnswered(f"{type(error).__name__}: {error}"[:_SAID]) from error
        if said.status_code != _OK:
            raise NotAnswered(f"HTTP {said.status_code}: {said.text}"[:_SAID])
        return _read(row(said.text, where).content, item, where)


def system_named(name: str, *, timeout_s: float) -> System:
    """Open the system a word stands for; raises :class:`WrongInput` when it stands for none."""
    if name.startswith(("http://", "https://")):
        return Endpoint(name, httpx.Client(timeout=timeout_s))
    if Path(name).is_file():
        return FileOfAnswers(Path(name).name, read_answers(Path(name)))
    module, colon, attribute = name.partition(":")
    if not colon or not all(part.isidentifier() for part in [*module.split("."), attribute]):
        raise WrongInput(f"{name}: no such file; expected a file of answers, http(s)://... or module:function")
    return Callee(name, _callable(module, attribute))


def asked(
    system: System, items: Sequence[GoldenItem], *, at_once: int, ticks: Ticks, repeats: int = 1
) -> list[tuple[Answer, ...]]:
    """Ask every question, `repeats` times each; the answers are in the order of the items."""
    if repeats > 1 and isinstance(system, FileOfAnswers):
        raise WrongInput(f"{system.name}: repeats {repeats}; a file answers the same each time, expected 1")
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        rounds = [list(pool.map(lambda item: _timed(system, item, ticks), items)) for _ in range(repeats)]
    return [tuple(of_item) for of_item in zip(*rounds, strict=True)]


def _timed(system: System, item: GoldenItem, ticks: Ticks) -> Answer:
    began_ns = ticks()
    try:
        said = system.answer(item)
    except NotAnswered as reason:
        said = Answer(item.item_id, None, error=str(reason))
    if said.latency_ms is not None or isinstance(system, FileOfAnswers):
        return said
    return replace(said, latency_ms=(ticks() - began_ns) / _NS_PER_MS)


def _read(said: object, item: GoldenItem, where: str) -> Answer:
    content = {"answer": said} if isinstance(said, str) else said
    if not isinstance(content, Mapping):
        raise WrongInput(f"{where}: it returned {type(said).__name__}; expected a text or an object with answer")
    return answer_of(Row(where, {key: value for key, value in content.items() if key != "id"}), item.item_id)


def _callable(module: str, attribute: str) -> Callable[[str], Any]:
    here = str(Path.cwd())
    if here not in sys.path:  # as `python -m` does: the system under test is in the folder one stands in
        sys.path.insert(0, here)
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise WrongInput(
            f"{module}:{attribute}: {error}; expected a function that can be imported from here"
        ) from error
    if not callable(found) or inspect.iscoroutinefunction(found):
        raise WrongInput(f"{module}:{attribute} is {type(found).__name__}; expected a function that takes a question")
    return found  # type: ignore[no-any-return]  # whatever the module has there
