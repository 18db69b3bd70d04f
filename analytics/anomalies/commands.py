"""``burnline detect FILE.csv``: how unusual every row of a file is, by the rows before it."""

import argparse
import csv
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from analytics.anomalies.detector import ALARM, FALSE_ALARMS_PER_ROW, Detector
from analytics.anomalies.figures_file import Figure, FileRefused, figures

_PLACES = 6


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    detect = commands.add_parser(
        "detect",
        help="score every row of a CSV file by how unusual it is",
        description="Reads timestamp,value and writes timestamp,value,anomaly_score: 0 nothing unusual, from 0.5 on an "
        "alarm. The score of a row rests on it and the rows before it, never on later ones; a row without a value has "
        "no score. There is one setting for all kinds of figures.",
    )
    detect.add_argument("file", type=Path, help="CSV of timestamp,value in order of time; - reads the standard input")
    detect.add_argument("--out", type=Path, help="where to write; default: the standard output")
    detect.add_argument(
        "--false-alarms",
        type=_rate,
        default=FALSE_ALARMS_PER_ROW,
        metavar="RATE",
        help="false alarms per row where nothing happens, below 0.05; default %(default)g",
    )
    detect.set_defaults(run=_detect)


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 < rate < 0.05:  # noqa: PLR2004 - tails begin at 0.02; four statistics share a rate
        raise ValueError
    return rate


def scored(rows: Iterable[Figure], detector: Detector) -> Iterator[tuple[Figure, float | None]]:
    """Judge row by row; None for a row without a value, from which nothing is learned."""
    for row in rows:
        yield row, None if row.value is None else detector.update(row.at_s, row.value).score


def _detect(args: argparse.Namespace) -> int:
    try:
        with ExitStack() as opened:
            source = sys.stdin if str(args.file) == "-" else opened.enter_context(args.file.open(newline=""))
            target = sys.stdout if args.out is None else opened.enter_context(args.out.open("w", newline=""))
            rows, alarms = _written(source, target, Detector(args.false_alarms))
    except (OSError, UnicodeDecodeError, FileRefused) as reason:
        sys.stderr.write(f"burnline detect: {args.file}: {reason}\n")
        return 1
    sys.stderr.write(f"{rows:,} rows, {alarms:,} alarms (scores from {ALARM} on)\n")
    return 0


def _written(source: TextIO, target: TextIO, detector: Detector) -> tuple[int, int]:
    rows = alarms = 0
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(("timestamp", "value", "anomaly_score"))
    for row, score in scored(figures(source), detector):
        writer.writerow((row.timestamp, row.text, "" if score is None else round(score, _PLACES)))
        rows += 1
        alarms += score is not None and score >= ALARM
    return rows, alarms
