"""AutoETS of statsforecast over series that are handed in, for ``forecast.py``; runs in an environment of its own.

``python autoets.py series.npz forecasts.npz``: rows of ``before``, a number of steps ``ahead``; back come rows of low,
expected and high at 80 % and the seconds of CPU it took.
"""

import importlib
import sys
import time
import warnings

import numpy as np

_WEEK = 7


def answered(asked: str, told: str) -> None:
    """Forecast every row."""
    warnings.filterwarnings("ignore")
    models = importlib.import_module("statsforecast.models")
    series = np.load(asked)
    steps = int(series["ahead"])
    models.AutoETS(season_length=_WEEK).forecast(series["before"][0], steps, level=[80])  # compiles
    begun = time.process_time()
    found = [models.AutoETS(season_length=_WEEK).forecast(row, steps, level=[80]) for row in series["before"]]
    spent_s = time.process_time() - begun
    rows = {name: np.array([one[key] for one in found]) for name, key in _NAMES}
    np.savez(told, seconds=spent_s, **rows)


_NAMES = (("low", "lo-80"), ("expected", "mean"), ("high", "hi-80"))

if __name__ == "__main__":
    answered(*sys.argv[1:3])
