"""``burnline detect FILE.csv``: how unusual every row of a file is, by the rows before it."""

import argparse
import csv
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from analytics.anomalies.detector import ALARM, FALSE_ALARMS_PER_ROW, Detector
from analytics.anomalies.figures_file import Figure, FileRefused, blocks

_PLACES = 6
_HIGHEST_RATE = 0.05
"""Tails begin at 0.02, and four statistics share a rate."""


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    detect = commands.add_parser(
        "detect",
        help="score every row of a CSV file by how unusual it is",
        description="Reads timestamp,value and writes timestamp,value,anomaly_score: 0 nothing unusual, from 0.5 on an "
        "alarm. The score of a row rests on it and the rows before it, never on later ones; a row without a value is "
        "0. There is one setting for all kinds of figures.",
    )
    detect.add_argument("file", type=Path, help="CSV of timestamp,value in order of time; - reads the standard input")
    detect.add_argument("--out", type=Path, help="where to write; default: the standard output")
    detect.add_argument(
        "--false-alarms",
        type=_rate,
        default=FALSE_ALARMS_PER_ROW,
        metavar="RATE",
        help=f"false alarms per row where nothing happens, below {_HIGHEST_RATE}; default %(default)g",
    )
    detect.set_defaults(run=_detect)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < _HIGHEST_RATE:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a rate above 0 and below {_HIGHEST_RATE}")
    return rate


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@dataclass(slots=True)
class Told:
    """What is said once the file is through."""

    rows: int = 0
    alarms: int = 0
    empty: int = 0
    """Rows without a value."""
    early: int = 0
    """Rows whose time is before that of the row above."""
    first_early: int = 0
    """The line of the first of them."""

    _above_s: float = float("-inf")

    def count(self, rows: Sequence[Figure], scores: Sequence[float]) -> None:
        """Take more rows into account."""
        self.rows += len(rows)
        self.alarms += sum(score >= ALARM for score in scores)
        for row in rows:
            self.empty += row.value is None
            if row.at_s < self._above_s:
                self.early += 1
                self.first_early = self.first_early or row.line
            self._above_s = row.at_s

    def __str__(self) -> str:
        parts = [_many(self.rows, "row"), f"{_many(self.alarms, 'alarm')} (scores from {ALARM} on)"]
        if self.empty:
            parts.append(f"{self.empty:,} without a value (score 0)")
        if self.early:
            parts.append(f"{self.early:,} earlier than the row above, the first in line {self.first_early}")
        return ", ".join(parts)


def scores(rows: Sequence[Figure], detector: Detector) -> list[float]:
    """Judge row by row; from a row without a value nothing is learned, and nothing about it is unusual."""
    update = detector.update
    return [0.0 if row.value is None else round(update(row.at_s, row.value).score, _PLACES) for row in rows]


def _detect(args: argparse.Namespace) -> int:
    try:
        with ExitStack() as opened:
            standard = str(args.file) == "-"
            source = sys.stdin if standard else opened.enter_context(_open(args.file))
            target = sys.stdout if args.out is None else opened.enter_context(_open_new(args.out, args.file))
            told = _written(source, target, Detector(args.false_alarms))
    except BrokenPipeError:
        raise
    except OSError as reason:
        sys.stderr.write(f"burnline detect: {reason.filename or args.file}: {reason.strerror or reason}\n")
        return 1
    except (UnicodeDecodeError, FileRefused) as reason:
        sys.stderr.write(f"burnline detect: {args.file}: {reason}\n")
        return 1
    sys.stderr.write(f"{told}\n")
    return 0


def _open(file: Path) -> TextIO:
    """Names and labels in another encoding do not matter; a time or a value that is not text is refused by its line."""
    return file.open(newline="", encoding="utf-8-sig", errors="replace")


def _open_new(file: Path, read: Path) -> TextIO:
    if file.exists() and read.exists() and file.samefile(read):
        raise FileRefused("--out is the file that is read; expected another one")
    return file.open("w", newline="")


def _written(source: TextIO, target: TextIO, detector: Detector) -> Told:
    told = Told()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(("timestamp", "value", "anomaly_score"))
    for rows in blocks(source):
        found = scores(rows, detector)
        writer.writerows([(row.timestamp, row.text, score) for row, score in zip(rows, found, strict=True)])
        told.count(rows, found)
    return told
