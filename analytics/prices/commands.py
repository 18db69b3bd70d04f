"""``burnline prices explain | import``: which price holds for a model and why, and making the lists anew."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from analytics.prices.book import PriceBook
from analytics.prices.explain import explain, text
from analytics.prices.keys import PriceKey
from analytics.prices.lists import DATA
from analytics.prices.regenerate import SourceMissingError, regenerate
from collector.dialects.usage_classes import UsageClass

_MILLION = 1_000_000


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    prices = commands.add_parser("prices", help="which price holds for a model, and where it comes from")
    actions = prices.add_subparsers(required=True, metavar="ACTION")
    explained = actions.add_parser("explain", help="rate a usage and show the price row behind every line")
    explained.add_argument("model", help="as telemetry reports it")
    explained.add_argument("--provider", help="as telemetry reports it; told from the model when left out")
    explained.add_argument("--service-tier", help="standard, batch, flex, priority ...")
    explained.add_argument("--region")
    explained.add_argument("--at", type=_instant, help="RFC 3339; default: now")
    explained.add_argument(
        "--usage", type=_quantity, nargs="+", metavar="CLASS=N", help="default: a million tokens in and out"
    )
    explained.set_defaults(run=_explain)
    imported = actions.add_parser("import", help="make the lists anew from the installed genai-prices and litellm")
    imported.add_argument("--target", type=Path, default=DATA, help="folder to write to; default: the shipped lists")
    imported.set_defaults(run=_import)


def _explain(args: argparse.Namespace) -> int:
    key = PriceKey(args.provider, args.model, args.service_tier, args.region)
    usage = dict(args.usage or [(UsageClass.INPUT_UNCACHED, _MILLION), (UsageClass.OUTPUT, _MILLION)])
    found = explain(PriceBook.load(), key, at=args.at or datetime.now(UTC), usage=usage)
    sys.stdout.write(f"{text(found)}\n")
    return 0 if found.is_complete else 1


def _import(args: argparse.Namespace) -> int:
    try:
        tallies = regenerate(args.target, datetime.now(UTC).date())
    except SourceMissingError as error:
        sys.stderr.write(f"burnline prices import: {error}\n")
        return 1
    for tally in tallies:
        sys.stdout.write(f"left out {tally}\n")
    sys.stdout.write(f"written to {args.target}\n")
    return 0


def _instant(given: str) -> datetime:
    at = datetime.fromisoformat(given)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _quantity(given: str) -> tuple[UsageClass, int]:
    name, _, count = given.partition("=")
    return UsageClass(name), int(count)
