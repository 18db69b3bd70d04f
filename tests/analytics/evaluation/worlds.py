"""Golden sets and systems with a known quality, and their files."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from analytics.evaluation.golden import QuestionClass
from analytics.evaluation.metrics import Side
from analytics.evaluation.run import ItemResult, Run, RunMetric

CLASSES = ("common", "hard", "ambiguous")
GOOD = "The refund takes 14 days and it is paid to your account [faq-{n}]."
BAD = "Please ask us again about that, because this is a guarantee."


def golden_line(n: int, **said: Any) -> dict[str, Any]:
    """Item n: a question with a document, a reference and what must not be said."""
    return {
        "id": f"q{n}",
        "question": f"How long does refund {n} take?",
        "class": CLASSES[n % 3],
        "expected_documents": [f"faq-{n}"],
        "reference": "The refund takes 14 days.",
        "language": "en",
        "forbidden": ["guarantee"],
        **said,
    }


def answer_line(n: int, *, good: bool = True, **said: Any) -> dict[str, Any]:
    """An answer to item n."""
    found = [f"faq-{n}", f"faq-{n + 1}"] if good else [f"faq-{n + 1}", f"faq-{n + 2}"]
    text = GOOD.format(n=n) if good else BAD
    usage = {"input_tokens": 1_000, "output_tokens": 100}
    return {
        "id": f"q{n}",
        "answer": text,
        "documents": found,
        "provider": "openai",
        "model": "gpt-4o",
        "usage": usage,
        **said,
    }


def write_lines(path: Path, lines: list[dict[str, Any]]) -> Path:
    """Write JSON lines."""
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def run_of_scores(
    scores: dict[str, list[float | None]], *, golden: str = "g", yes_or_no: bool = False, **said: Any
) -> Run:
    """A run with these scores, item by item; None is no score."""
    count = len(next(iter(scores.values())))
    items = tuple(
        ItemResult(
            item_id=f"q{n}",
            question_class=QuestionClass(CLASSES[n % 3]),
            scores={name: float(values[n]) for name, values in scores.items() if values[n] is not None},
        )
        for n in range(count)
    )
    metrics = tuple(RunMetric(name, name, Side.GENERATION, yes_or_no, "s") for name in scores)
    return Run("system", "2026-11-18T12:00:00Z", golden, metrics, items, **said)


def yes_no_scores(seed: int, items: int, rate: float) -> list[float]:
    """Independent yes and no."""
    return list((np.random.default_rng(seed).random(items) < rate).astype(float))
