"""``burnline prices list | explain | check | import | diff``: what the price book says, and whether it is whole."""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from analytics.prices.check import check_book, check_prices
from analytics.prices.command_books import BookMissingError, book_named, chosen_book
from analytics.prices.diff import differences, rule_changes
from analytics.prices.explain import explain
from analytics.prices.explain_text import document, text
from analytics.prices.keys import PriceKey
from analytics.prices.listing import names, prices_at, table
from analytics.prices.lists import DATA
from analytics.prices.operator_file import read_operator_file
from analytics.prices.price import Price
from analytics.prices.regenerate import SourceMissingError, regenerate
from analytics.prices.snapshot import snapshot_of
from analytics.prices.standing import configured, imported_rows, keep_rows, standing_book
from collector.configuration import ConfigurationError
from collector.dialects.usage_classes import UsageClass
from collector.store import StoreError

_MILLION = 1_000_000
_SHIPPED = "shipped"
_REFUSALS = (ValueError, LookupError, OSError, ConfigurationError, StoreError, SourceMissingError, BookMissingError)


def register(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    """Add the command; returns its actions, for packages that add more of them."""
    prices = commands.add_parser("prices", help="which price holds for a model, and where it comes from")
    actions = prices.add_subparsers(required=True, metavar="ACTION")
    _register_list(actions)
    _register_explain(actions)
    check = actions.add_parser("check", help="find overlaps and gaps, with both rows named")
    check.add_argument("what", nargs="?", help="a price file (CSV, YAML), or 'shipped'; default: the whole book")
    _add(check, _check, "config", "data")
    imported = actions.add_parser(
        "import", help="take over a price file; without one, make the lists anew from genai-prices and litellm"
    )
    imported.add_argument("file", nargs="?", type=Path, help="CSV or YAML of an operator; goes into --data")
    imported.add_argument("--target", type=Path, default=DATA, help="folder of lists to write to; default: the shipped")
    _add(imported, _import, "config", "data")
    diff = actions.add_parser("diff", help="what differs between two books: added, removed, changed, retired")
    for side in ("before", "after"):
        diff.add_argument(side, help="'shipped', a folder of lists, a price file, or with --data an edition or instant")
    _add(diff, _diff, "config", "data", "json")
    return actions


def _register_list(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    listed = actions.add_parser("list", help="the prices that hold at an instant")
    listed.add_argument("model", nargs="?", default="", help="a part of the model's name")
    listed.add_argument("--provider", default="", help="a part of the provider's name")
    listed.add_argument("--service-tier", help="standard, batch, flex, priority, 'flex batch' ...")
    listed.add_argument("--region")
    listed.add_argument("--at", type=_instant, help="RFC 3339; default: now")
    listed.add_argument("--limit", type=int, default=50, help="models at most; 0 for all")
    _add(listed, _list, "config", "data", "as_of", "json")


def _register_explain(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    explained = actions.add_parser("explain", help="rate a usage and say which row priced every line, and why")
    explained.add_argument("model", help="as telemetry reports it")
    explained.add_argument("--provider", help="as telemetry reports it; told from the model when left out")
    explained.add_argument("--service-tier", help="standard, batch, flex, priority, 'flex batch' ...")
    explained.add_argument("--region")
    explained.add_argument("--at", type=_instant, help="RFC 3339; default: now")
    explained.add_argument(
        "--usage", type=_quantity, nargs="+", metavar="CLASS=N", help="default: a million tokens in and out"
    )
    _add(explained, _explain, "config", "data", "as_of", "json")


def _add(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int], *options: str) -> None:
    if "config" in options:
        parser.add_argument("--config", type=Path, help="burnline.yaml with prices: and price_aliases:")
    if "data" in options:
        parser.add_argument("--data", type=Path, help="data directory that no server holds")
    if "as_of" in options:
        parser.add_argument("--as-of", type=_instant, help="with --data: the book as it was recorded then")
    if "json" in options:
        parser.add_argument("--json", action="store_true", help="for machines")
    parser.set_defaults(run=lambda args: _refusing(run, args))


def _refusing(run: Callable[[argparse.Namespace], int], args: argparse.Namespace) -> int:
    try:
        return run(args)
    except BrokenPipeError:  # nobody reads any more, which is no fault of the prices
        raise
    except _REFUSALS as error:
        sys.stderr.write(f"burnline prices: {error}\n")
        return 1


def _list(args: argparse.Namespace) -> int:
    book = chosen_book(args.config, args.data, args.as_of)
    found = names(book, args.provider, args.model)
    shown = found[: args.limit] if args.limit else found
    rows = list(prices_at(book, shown, args.at or datetime.now(UTC), args.service_tier, args.region))
    if args.json:
        _print(json.dumps([row.document for row in rows], indent=1))
        return 0
    _print(table(rows))
    if len(found) > len(shown):
        _print(f"{len(found) - len(shown)} more models; name a part of one, or --limit 0")
    return 0 if rows else 1


def _explain(args: argparse.Namespace) -> int:
    key = PriceKey(args.provider, args.model, args.service_tier, args.region)
    usage = dict(args.usage or [(UsageClass.INPUT_UNCACHED, _MILLION), (UsageClass.OUTPUT, _MILLION)])
    book = chosen_book(args.config, args.data, args.as_of)
    found = explain(book, key, at=args.at or datetime.now(UTC), usage=usage)
    _print(json.dumps(document(found), indent=1) if args.json else text(found))
    return 0 if found.is_complete else 1


def _check(args: argparse.Namespace) -> int:
    if args.what in (None, _SHIPPED):
        book = standing_book() if args.what else chosen_book(args.config, args.data, None)
        found, rows = check_book(book), snapshot_of(book).rows
    else:
        path = Path(args.what)
        stated = read_operator_file(path, datetime.now(UTC).date())
        found = check_prices((row for row in stated if isinstance(row, Price)), gaps=False)
        if not found:  # what lies over the lists is refused by the book itself
            chosen_book(args.config, args.data, None, without=path.name).with_rows(stated)
        rows = len(stated)
    for finding in found:
        _print(finding.text)
    _print(f"{rows} prices, {len(found)} findings")
    return 1 if found else 0


def _import(args: argparse.Namespace) -> int:
    today = datetime.now(UTC).date()
    if args.file is None:
        for tally in regenerate(args.target, today):
            _print(tally.text)
        _print(f"written to {args.target}")
        return 0
    if args.data is None:
        raise BookMissingError("no --data: name the data directory whose server shall use the prices")
    rows = read_operator_file(args.file, today)
    stated, aliases = configured(args.config)
    others = imported_rows(args.data, without=f"{args.file.stem}.csv")
    standing_book(stated, aliases).with_rows((*others, *rows))
    target = keep_rows(args.data, args.file.name, rows, today)
    _print(f"{len(rows)} prices written to {target}; a server uses them from its next start")
    return 0


def _diff(args: argparse.Namespace) -> int:
    before, after = (snapshot_of(book_named(side, args.config, args.data)) for side in (args.before, args.after))
    found, rules = list(differences(before, after)), rule_changes(before, after)
    if args.json:
        _print(json.dumps({"prices": [one.document for one in found], "rules": rules}, indent=1))
        return 0
    for one in found:
        _print(one.text)
    for part, (gone, come) in rules.items():
        _print(f"rules of {part}: {gone} gone, {come} come")
    _print(f"{len(found)} SKUs differ")
    return 0


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _instant(given: str) -> datetime:
    try:
        at = datetime.fromisoformat(given)
    except ValueError as error:
        told = f"{given!r} is no instant; write 2026-11-01 or 2026-11-01T09:00:00Z"
        raise argparse.ArgumentTypeError(told) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _quantity(given: str) -> tuple[UsageClass, int]:
    name, _, count = given.partition("=")
    if name in tuple(UsageClass) and count.isascii() and count.isdecimal():
        return UsageClass(name), int(count)
    expected = f"expected CLASS=N, a whole number of one of {', '.join(UsageClass)}"
    raise argparse.ArgumentTypeError(f"{given!r}; {expected}")
