"""The front door: the ``burnline`` command. Every package brings its own; this file only names them."""

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
from pathlib import Path

import uvloop
from rich.console import Console

from analytics.prices import commands as prices
from collector.configuration import ConfigurationError, reference_table, render
from collector.otlp.listen import CannotListen
from collector.store import StoreError
from dashboards import commands as asking
from dashboards.configuration import SECTIONS, Configuration, problems
from dashboards.demo import commands as demo
from dashboards.process import Addresses, CannotStart, app_of_directory, start

_DEFAULT_FILE = Path("burnline.yaml")
_DEFAULT_DATA = Path("burnline-data")
_REFUSED = (ConfigurationError, StoreError, CannotStart, CannotListen)


def main(argv: list[str] | None = None) -> int:
    """Run the burnline command; returns the exit status: 0 done, 1 refused, 2 wrong arguments."""
    args = _parser().parse_args(argv)
    try:
        status: int = args.run(args)
    except _REFUSED as error:
        Console(stderr=True).print(f"burnline: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="burnline", description=__doc__.split("``")[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(commands)
    _add_config(commands)
    asking.register(commands, lambda store, data: app_of_directory(_configuration(None), store, data))
    prices.register(commands)
    demo.register(commands)
    return parser


def _add_serve(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = commands.add_parser("serve", help="receive, answer and decide until stopped")
    defaults = Addresses()
    serve.add_argument("--config", type=Path, help=f"configuration; default {_DEFAULT_FILE} if it is there")
    serve.add_argument("--data", type=Path, default=_DEFAULT_DATA, help=f"data directory; default {_DEFAULT_DATA}")
    serve.add_argument("--host", default=defaults.host, help="address to listen on; there is no log-in, so keep it")
    serve.add_argument("--port", type=int, default=defaults.port, help="API, metrics and signal")
    serve.add_argument("--otlp-grpc-port", type=int, default=defaults.otlp_grpc_port)
    serve.add_argument("--otlp-http-port", type=int, default=defaults.otlp_http_port)
    serve.set_defaults(run=_serve)


def _add_config(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    config = commands.add_parser("config", help="check a configuration, or list every key")
    actions = config.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("check", help="explain every mistake with file, line and remedy")
    check.add_argument("file", type=Path, nargs="?", default=_DEFAULT_FILE)
    check.set_defaults(run=_check)
    actions.add_parser("reference", help="every key with type and default").set_defaults(run=_reference)


def _configuration(path: Path | None) -> Configuration:
    if path is None and _DEFAULT_FILE.exists():
        path = _DEFAULT_FILE
    return Configuration(path, os.environ)


def _serve(args: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    addresses = Addresses(args.host, args.port, args.otlp_grpc_port, args.otlp_http_port)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_run(_configuration(args.config), args.data, addresses))


async def _run(configuration: Configuration, data: Path, addresses: Addresses) -> int:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    server = await start(configuration, data, addresses)
    gc.collect()
    gc.freeze()  # prices and modules live as long as the process: half a million objects no collection need visit again
    at = server.addresses
    sys.stdout.write(
        f"burnline is ready: API http://{at.host}:{at.port}, OTLP/HTTP http://{at.host}:{at.otlp_http_port}, "
        f"OTLP/gRPC {at.host}:{at.otlp_grpc_port}, data in {data}\n"
    )
    sys.stdout.flush()
    await stopped.wait()
    sys.stdout.write("burnline is stopping: finishing what was received\n")
    sys.stdout.flush()
    return 0 if await server.stop() else 1


def _check(args: argparse.Namespace) -> int:
    found = problems(args.file, os.environ)
    out = sys.stderr if found else sys.stdout
    out.write(f"{render(found)}\n" if found else f"{args.file}: no mistakes\n")
    return 1 if found else 0


def _reference(_: argparse.Namespace) -> int:
    sys.stdout.write(f"{reference_table(SECTIONS)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
