"""How well does each policy keep budgets and promises, incident by incident, and what does it give up for that?

Every scenario of the catalogue (``alerts/replay/catalogue.py``), ten days each with a look a minute, in as many worlds
as seeds, the same ones for every policy. Means over the seeds, and the worst of what is spent above a budget.

Run with ``python -m tests.benchmarks.scorecard [--seeds N] [--write]``; ``--write`` puts the tables into
``alerts/replay/README.md``. Two processes, about five minutes of CPU a seed. The seeds begin at 1; defaults of the
controller were tried out on seeds from 101 on.
"""

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from alerts.replay.catalogue import CATALOGUE, scenario
from alerts.replay.scorecard import COLUMNS, Score, shown, together
from alerts.replay.trials import ABOUT, trials

PAGE = Path(__file__).parents[2] / "alerts" / "replay" / "README.md"
BEGIN, END = "<!-- scorecard -->", "<!-- end of scorecard -->"
_PROCESSES = 2
Found = dict[str, list[Score]]


def main() -> None:
    """Print the tables, and write them if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    print(__doc__.splitlines()[0], "\n")
    with ProcessPoolExecutor(_PROCESSES) as pool:
        tasks = [(name, seed) for name in CATALOGUE for seed in range(1, args.seeds + 1)]
        found: dict[str, Found] = {name: {} for name in CATALOGUE}
        for (name, _), scores in zip(tasks, pool.map(_scores, tasks), strict=True):
            for policy, score in scores.items():
                found[name].setdefault(policy, []).append(score)
    text = "\n".join(_page(found, args.seeds))
    print(text)
    if args.write:
        PAGE.write_text(_with(PAGE.read_text(encoding="utf-8"), text), encoding="utf-8")


def _scores(task: tuple[str, int]) -> dict[str, Score]:
    name, seed = task
    return {trial.name: trial.score for trial in trials(scenario(name), list(ABOUT), [seed])}


def _page(found: dict[str, Found], seeds: int) -> Iterator[str]:
    yield f"Means of {seeds} worlds; in brackets the worst of them."
    for name, policies in found.items():
        yield f"\n**{name}**: {CATALOGUE[name].about}\n"
        yield from _table(policies)


def _table(policies: Found) -> Iterator[str]:
    columns = [column for column in COLUMNS if column.name != "overspend_usd"]
    yield "| policy | " + " | ".join(column.title for column in columns) + " |"
    yield "|---|" + "---|" * len(columns)
    for policy, scores in policies.items():
        yield f"| {policy} | " + " | ".join(_cells(scores, columns)) + " |"


def _cells(scores: Sequence[Score], columns: Sequence[object]) -> Iterator[str]:
    mean, worst = together(scores)
    for column in COLUMNS:
        if column in columns:
            cell = shown(column, mean[column.name])
            told = column.name == "overspend_budgets" and worst[column.name]
            yield f"{cell} ({shown(column, worst[column.name])})" if told else cell


def _with(page: str, text: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"


if __name__ == "__main__":
    main()
