"""The front door: the ``burnline`` command. Every package brings its own; this file only names them."""

import argparse
import logging
import os
import sys

_INTERRUPTED = 130
_READER_GONE = 141  # as a shell says of who wrote to a closed pipe
_ABOUT = "Exact cost, latency and burning budgets of GenAI services, and the signal that steps a router down in time."


def main(argv: list[str] | None = None) -> int:
    """Run the burnline command; returns the exit status: 0 done, 1 refused, 2 wrong arguments."""
    try:
        args = _parser().parse_args(argv)
        status: int = args.run(args)
    except KeyboardInterrupt:
        return _INTERRUPTED
    return status


def command() -> None:
    """Run the burnline command and end the process.

    Everything is closed and written by then. The interpreter's own end is left out: DuckDB 2.0 prints forty lines about
    objects that its Python module still holds, which look like a crash and are none.
    """
    try:
        status = main()
    except SystemExit as ended:
        status = _status(ended)
    except BrokenPipeError:  # whoever read has seen enough: `burnline prices list | head`
        os._exit(_READER_GONE)
    logging.shutdown()
    os._exit(_flushed(status))


def _status(ended: SystemExit) -> int:
    """Say what the interpreter would have said, and return its exit status."""
    if isinstance(ended.code, str):
        sys.stderr.write(f"{ended.code}\n")
        return 1
    return ended.code or 0


def _flushed(status: int) -> int:
    """Write what waits to be written; returns the exit status."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        return _READER_GONE
    except OSError as error:
        os.write(2, f"burnline: the answer could not be written: {error.strerror}\n".encode())
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    try:
        from analytics.prices import commands as prices  # noqa: PLC0415 - a bare install has none of these
        from dashboards import chargeback_commands as chargeback  # noqa: PLC0415 - the same
        from dashboards import commands as asking  # noqa: PLC0415 - the same
        from dashboards import downgrade_commands as downgrade  # noqa: PLC0415 - the same
        from dashboards import journal_command as journal  # noqa: PLC0415 - the same
        from dashboards import replay_command as replay  # noqa: PLC0415 - the same
        from dashboards import reprice_command as reprice  # noqa: PLC0415 - the same
        from dashboards import serving  # noqa: PLC0415 - the same
        from dashboards import slo_commands as slo  # noqa: PLC0415 - the same
        from dashboards import slo_rules_command as slo_rules  # noqa: PLC0415 - the same
        from dashboards.demo import commands as demo  # noqa: PLC0415 - the same
    except ModuleNotFoundError as missing:
        sys.exit(
            f"burnline: {missing.name} is not installed; the command needs the extra: pip install 'burnline[server]'"
        )
    parser = argparse.ArgumentParser(prog="burnline", description=_ABOUT)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for package in (serving, demo, asking, downgrade, journal, replay, chargeback):
        package.register(commands)
    reprice.register(prices.register(commands))
    slo_rules.register(slo.register(commands))
    return parser


if __name__ == "__main__":
    command()
