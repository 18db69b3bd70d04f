"""``burnline chargeback ...``: billing months, from the preview to the reconciliation.

Every action goes through the HTTP API, of a running server (``--url``) or of a data directory that none holds
(``--data``). What takes long shows how far it is.
"""

import argparse
import base64
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from rich.console import RenderableType

from dashboards import export_folder
from dashboards.asking import NoAnswer, Session, Source, segment, session
from dashboards.chargeback_tables import (
    charge_view,
    closed_text,
    delivered_text,
    exported_text,
    periods_table,
    preview_table,
    verified_text,
)
from dashboards.long_work import done
from dashboards.printing import refuse, show
from dashboards.reconciliation_tables import booked_text, imported_text, reconciliation_view
from dashboards.whom import add_whom

Args = argparse.Namespace
Result = Mapping[str, Any]
_MONTHS = "/v1/chargeback/periods"


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("chargeback", help="billing months: preview, close, export, verify, reconcile")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _add(actions, "periods", "billing months and how far they are", _periods)
    preview = _add(actions, "preview", "what a month comes to", _preview)
    preview.add_argument("month", nargs="?", default=f"{datetime.now(UTC):%Y-%m}", help="2026-10; default: this month")
    preview.add_argument("--rounded", action="store_true", help="with the cents that closing would round")
    close = _add(actions, "close", "book a month for good and sign it off", _close, month=True)
    close.add_argument("--by", required=True, help="who signs it off")
    close.add_argument("--note", help="what they say to it")
    close.add_argument("--accept-unpriced", action="store_true", help="although some usage has no price")
    _add(actions, "verify", "hold a closed month against what was signed", _verify, month=True)
    explain = _add(actions, "explain", "one charge and the ledger lines behind it", _explain, month=True)
    explain.add_argument("charge_id", help="x_ChargeId of a row of an export")
    _add_export(actions)
    deliver = _add(
        actions, "deliver", "bring an export to a folder or bucket of the configuration", _deliver, month=True
    )
    deliver.add_argument("target", help="name under chargeback.deliveries")
    deliver.add_argument("--profile", default="focus-1.4", help="focus-1.4 or focus-1.2")
    deliver.add_argument("--form", default="machine", help="machine or spreadsheet")
    _add_reconcile(actions)


def _add_export(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    export = _add(
        actions, "export", "write a month as FOCUS files and hold every row to its rules", _export, month=True
    )
    export.add_argument("--profile", default="focus-1.4", help="focus-1.4 or focus-1.2")
    export.add_argument("--form", default="machine", help="machine, or spreadsheet: cells that execute are defused")
    export.add_argument("--formats", default="csv,parquet", help="any of csv, parquet, xlsx")
    export.add_argument("--to", type=Path, metavar="DIR", help="copy the files there")


def _add_reconcile(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    reconcile = _add(actions, "reconcile", "a provider's bill against the ledger", _reconcile, month=True)
    reconcile.add_argument("issuer", help="the seller, as the price book names it: openai, anthropic, aws ...")
    reconcile.add_argument("--bill", type=Path, nargs="+", metavar="FILE", help="import these files first")
    reconcile.add_argument("--kind", help="form of the bill: openai_costs, anthropic_cost, focus, cur")
    reconcile.add_argument("--accept-missing-days", action="store_true", help="take a bill with holes")
    reconcile.add_argument("--book", metavar="CAUSES", help="book these causes, separated by commas, as adjustments")
    reconcile.add_argument("--into", metavar="MONTH", help="the open month that takes the adjustments")


def _add(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    about: str,
    act: Callable[[Session, Args], tuple[Result, RenderableType]],
    *,
    month: bool = False,
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
    if month:
        parser.add_argument("month", help="a billing month in UTC, 2026-10")
    add_whom(parser, "the configuration")
    parser.set_defaults(run=lambda args: _run(name, act, args))
    return parser


def _run(name: str, act: Callable[[Session, Args], tuple[Result, RenderableType]], args: Args) -> int:
    """Act, show, and return the exit status: 0 done and sound, 1 refused or not sound."""
    try:
        with session(Source(args.url, args.data, args.config)) as asked:
            result, shown = act(asked, args)
    except NoAnswer as reason:
        return refuse(f"chargeback {name}", reason)
    if args.json:
        sys.stdout.write(f"{orjson.dumps(result).decode()}\n")
    else:
        show(shown)
    return 0 if result.get("sound", True) and not result.get("broken") else 1


def _month(month: str) -> str:
    """Where a month is."""
    return f"{_MONTHS}/{segment(month)}"


def _periods(asked: Session, _args: Args) -> tuple[Result, RenderableType]:
    answer = asked.ask(_MONTHS).json()
    return answer, periods_table(answer)


def _preview(asked: Session, args: Args) -> tuple[Result, RenderableType]:
    answer = asked.ask(_month(args.month), {"rounded": str(args.rounded).lower()}).json()
    return answer, preview_table(answer)


def _close(asked: Session, args: Args) -> tuple[Result, RenderableType]:
    word = {"by": args.by, "note": args.note, "accept_unpriced": args.accept_unpriced}
    result = done(asked, f"{_month(args.month)}/close", word)
    return result, closed_text(result)


def _verify(asked: Session, args: Args) -> tuple[Result, RenderableType]:
    result = done(asked, f"{_month(args.month)}/verify", {})
    return result, verified_text(result)


def _explain(asked: Session, args: Args) -> tuple[Result, RenderableType]:
    answer = asked.ask(f"{_month(args.month)}/charges/{segment(args.charge_id)}").json()
    return answer, charge_view(answer)


def _export(asked: Session, args: Args) -> tuple[Result, RenderableType]:
    how = {"profile": args.profile, "form": args.form, "formats": args.formats.split(",")}
    if args.to is None:
        result = done(asked, f"{_month(args.month)}/export", how)
        return result, exported_text(result, f"{result['folder']} of the data directory")
    export_folder.check(args.to, export_folder.Wanted(args.month, args.profile, args.form))
    result = done(asked, f"{_month(args.month)}/export", how)
    address = f"/v1/chargeback/exports/{args.month}/{args.profile}/{args.form}"
    hashes = {file["name"]: file["sha256"] for file in result["files"]}
    export_folder.copy(args.to, hashes, lambda name, target: asked.fetch(f"{address}/{name}", target))
    return result, exported_text(result, str(args.to))


def _deliver(asked: Session, args: Args) -> tuple[Result, RenderableType]:
    how = {"target": args.target, "profile": args.profile, "form": args.form}
    result = done(asked, f"{_month(args.month)}/deliver", how)
    return result, delivered_text(result)


def _reconcile(asked: Session, args: Args) -> tuple[Result, RenderableType]:
    if args.book and args.into is None:
        raise NoAnswer("--book needs --into MONTH: the open month that takes the adjustments")
    said: list[RenderableType] = []
    if args.bill:
        said.append(imported_text(asked.tell("/v1/chargeback/bills", _bill(args)).json()))
    about = {"issuer": args.issuer, "month": args.month}
    found = asked.tell("/v1/chargeback/reconciliations", about).json()
    if not args.book:
        return found, reconciliation_view(found, said)
    booking = {"causes": args.book.split(","), "period": args.into, "reconciliation_id": found["reconciliation_id"]}
    booked = asked.tell("/v1/chargeback/adjustments", about | booking).json()
    return booked, reconciliation_view(found, [*said, booked_text(booked)])


def _bill(args: Args) -> dict[str, object]:
    if args.kind is None:
        raise NoAnswer("--bill needs --kind: openai_costs, anthropic_cost, focus or cur")
    try:
        files = [{"name": file.name, "content": base64.b64encode(file.read_bytes()).decode()} for file in args.bill]
    except OSError as error:
        raise NoAnswer(f"cannot read {error.filename}: {error.strerror}") from error
    return {"kind": args.kind, "files": files, "accept_missing_days": args.accept_missing_days}
