"""The commands ``serve`` and ``config``. What they need is loaded when they run."""

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards.addresses import Addresses

if TYPE_CHECKING:
    from dashboards.configuration import Configuration

_DEFAULT_FILE = Path("burnline.yaml")
_DEFAULT_DATA = Path("burnline-data")
_LAST_PORT = 65_535
_SWITCH_S = 0.0005
"""How long a thread that computes may keep the interpreter from one that receives. A body of 250 kB is read in several
pieces; at Python's 5 ms each of them waited behind decoding and derivation."""
_NEW_OBJECTS = 50_000
"""New objects that hold others, before the garbage collector looks at them."""


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands."""
    _add_serve(commands)
    _add_config(commands)


def _add_serve(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = commands.add_parser("serve", help="receive, answer and decide until stopped")
    defaults = Addresses()
    serve.add_argument("--config", type=Path, help=f"configuration; default {_DEFAULT_FILE} if it is there")
    serve.add_argument("--data", type=_folder, default=_DEFAULT_DATA, help=f"data directory; default {_DEFAULT_DATA}")
    serve.add_argument("--host", default=defaults.host, help="address to listen on; there is no log-in, so keep it")
    serve.add_argument("--port", type=_port, default=defaults.port, help="API, metrics and signal")
    serve.add_argument("--otlp-grpc-port", type=_port, default=defaults.otlp_grpc_port)
    serve.add_argument("--otlp-http-port", type=_port, default=defaults.otlp_http_port)
    serve.set_defaults(run=_serve)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:6]) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; expected 0 (any that is free) to {_LAST_PORT}")
    return int(text)


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("it is empty; expected a directory, or . for this one")
    return Path(text)


def _add_config(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    config = commands.add_parser("config", help="check a configuration, or list every key")
    actions = config.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("check", help="explain every mistake with file, line and remedy")
    check.add_argument("file", type=Path, nargs="?", default=_DEFAULT_FILE)
    check.set_defaults(run=_check)
    actions.add_parser("reference", help="every key with type and default").set_defaults(run=_reference)


def _serve(args: argparse.Namespace) -> int:
    import uvloop  # noqa: PLC0415 - only the server wants a loop

    from collector.configuration import ConfigurationError  # noqa: PLC0415 - see the head of this file
    from collector.otlp.listen import CannotListen  # noqa: PLC0415 - see the head of this file
    from collector.store import StoreError  # noqa: PLC0415 - see the head of this file
    from dashboards.configuration import Configuration  # noqa: PLC0415 - see the head of this file
    from dashboards.process import CannotStart  # noqa: PLC0415 - see the head of this file

    gc.disable()  # what is loaded and built from here on stays; settle() has the collector look again
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    addresses = Addresses(args.host, args.port, args.otlp_grpc_port, args.otlp_http_port)
    file = args.config or (_DEFAULT_FILE if _DEFAULT_FILE.exists() else None)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_run(Configuration(file, os.environ), args.data, addresses))
    except (ConfigurationError, StoreError, CannotStart, CannotListen) as error:
        sys.stderr.write(f"burnline: {error}\n")
        return 1


async def _run(configuration: "Configuration", data: Path, addresses: Addresses) -> int:
    from dashboards.process import start  # noqa: PLC0415 - see the head of this file

    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    logging.getLogger(__name__).info("opening %s", data)
    server = await start(configuration, data, addresses)
    settle()
    sys.setswitchinterval(_SWITCH_S)
    at = server.addresses
    _say(
        f"burnline is ready: API http://{at.host}:{at.port}, OTLP/HTTP http://{at.host}:{at.otlp_http_port}, "
        f"OTLP/gRPC {at.host}:{at.otlp_grpc_port}, data in {data}"
    )
    await stopped.wait()
    _say("burnline is stopping: finishing what was received")
    return 0 if await server.stop() else 1


def settle() -> None:
    """Tell the garbage collector that what is here stays: half a million objects of prices and modules.

    With the default threshold of 700 a scrape of 30,000 series runs it forty times, a tenth of its CPU time.
    """
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(_NEW_OBJECTS, 20, 20)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _check(args: argparse.Namespace) -> int:
    from collector.configuration import render  # noqa: PLC0415 - see the head of this file
    from dashboards.configuration import problems  # noqa: PLC0415 - see the head of this file

    found = problems(args.file, os.environ)
    out = sys.stderr if found else sys.stdout
    out.write(f"{render(found)}\n" if found else f"{args.file}: no mistakes\n")
    return 1 if found else 0


def _reference(_: argparse.Namespace) -> int:
    from collector.configuration import reference_table  # noqa: PLC0415 - see the head of this file
    from dashboards.configuration import SECTIONS  # noqa: PLC0415 - see the head of this file

    sys.stdout.write(f"{reference_table(SECTIONS)}\n")
    return 0
