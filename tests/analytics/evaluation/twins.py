"""Two runs of systems whose quality is known: answers that succeed by chance, and five scores that depend on that."""

import numpy as np

from analytics.evaluation.run import Run
from tests.analytics.evaluation.worlds import run_of_scores

SUCCESS_ALPHA, SUCCESS_BETA = 4.0, 1.0
"""How likely items are to succeed: 0.8 on average, some always, some hardly ever."""
COARSE = 4
"""Expected documents of an item, so that recall has steps."""


def twin_runs(items: int, seed: int, *, loss: float = 0.0) -> tuple[Run, Run]:
    """A baseline, and a candidate that succeeds `loss` less often on average; 0: the same system asked again."""
    chance = np.random.default_rng([seed, items])
    likely = chance.beta(SUCCESS_ALPHA, SUCCESS_BETA, items)
    mean = SUCCESS_ALPHA / (SUCCESS_ALPHA + SUCCESS_BETA)
    return _run(chance, likely), _run(chance, likely * (1 - loss / mean))


def _run(chance: np.random.Generator, likely: np.ndarray) -> Run:
    items = len(likely)
    success = chance.random(items) < likely
    scores = {
        "required": success.astype(float),
        "forbidden": (chance.random(items) < 0.97).astype(float),
        "recall@5": chance.binomial(COARSE, np.where(success, 0.9, 0.5)) / COARSE,
        "token_f1": np.where(success, chance.beta(5, 2, items), chance.beta(2, 3, items)),
        "citation_coverage": np.where(success, 1.0, chance.integers(0, 3, items) / 2),
    }
    return run_of_scores({name: [float(one) for one in found] for name, found in scores.items()})
