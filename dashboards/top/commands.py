"""``burnline top``: how the service does, live in a terminal; ``--once`` prints one page, also into a pipe."""

import argparse
import sys
from shutil import get_terminal_size

from collector.configuration.values import Unreadable, duration_s
from dashboards.asking import DEFAULT_URL, NoAnswer, Source, session
from dashboards.printing import refuse, show
from dashboards.top.gathering import Wanted, gathered
from dashboards.top.page import Room, page

_EVERY_S = 2.0
_LEAST_PAUSE_S, _MOST_PAUSE_S = 0.5, 3_600.0
_PIPE_COLUMNS = 120
_LEAST_WINDOW_S, _MOST_WINDOW_S = 60.0, 31 * 86_400.0


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("top", help="how the service does, live in the terminal", description=__doc__)
    parser.add_argument("--window", type=_window_s, default=3_600, metavar="DURATION", help="default: 1h; at most 31d")
    parser.add_argument("--tenant", help="only this tenant's requests")
    parser.add_argument("--route", help="only requests on this route")
    parser.add_argument("--every", type=_pause_s, default=_EVERY_S, metavar="SECONDS", help="default: 2")
    parser.add_argument("--once", action="store_true", help="print one page and end")
    parser.add_argument("--url", default=DEFAULT_URL, help=f"the server to ask; default {DEFAULT_URL}")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Show it, and return the exit status: 0 shown, 1 no answer to ``--once`` or no terminal."""
    filters = {name: given for name in ("tenant", "route") if (given := getattr(args, name)) is not None}
    source, wanted = Source(args.url), Wanted(args.window, filters)
    if args.once:
        return _once(source, wanted)
    if not sys.stdout.isatty():
        return refuse("top", "found no terminal to draw in; print one page with --once")
    from dashboards.top.screen import Asker, watch  # noqa: PLC0415 - where there are no such terminals, --once works

    return watch(Asker(source, wanted, args.every))


def _once(source: Source, wanted: Wanted) -> int:
    try:
        with session(source) as answering:
            frame = gathered(answering, wanted)
    except NoAnswer as reason:
        return refuse("top", reason)
    width = get_terminal_size((_PIPE_COLUMNS, 0)).columns if sys.stdout.isatty() else _PIPE_COLUMNS
    show(page(frame, wanted, source.url, Room(width)))
    return 0


def _window_s(text: str) -> int:
    try:
        found = duration_s(text)
    except (ValueError, Unreadable) as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no duration ({error}); expected for instance 15m, 1h or 7d"
        ) from error
    if not _LEAST_WINDOW_S <= found <= _MOST_WINDOW_S:
        raise argparse.ArgumentTypeError(f"{text!r} is out of reach; expected 1m to 31d")
    return round(found)


def _pause_s(text: str) -> float:
    try:
        found = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds; expected for instance 2") from error
    if not _LEAST_PAUSE_S <= found <= _MOST_PAUSE_S:
        raise argparse.ArgumentTypeError(f"{text!r} is out of reach; expected 0.5 to 3600 seconds")
    return found
