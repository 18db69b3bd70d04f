"""``burnline slo ...``: objectives as documents: what is promised, what was, who approves it, and OpenSLO in and out.

Without an action it shows budgets and burns. ``check`` and ``import`` work on files alone; the others ask the HTTP
API, of a running server (``--url``) or of a data directory that none holds (``--data``).
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console, Group, RenderableType
from rich.text import Text

from dashboards.asking import NoAnswer, Session, Source, segment, session
from dashboards.contributor_tables import contributors_table
from dashboards.printing import refuse, show
from dashboards.slo_document_tables import approved_text, changes_table, documents_table, history_table, shown_document

Args = argparse.Namespace
Answer = Mapping[str, Any]
_DOCUMENTS = "/v1/slos/documents"
_FORMS = ("openslo", "yaml")
_NARROWING = ("tenant", "team", "feature", "route", "environment", "stage", "provider", "model")


def register(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    """Add the actions to ``burnline slo``, which has to be there; returns them, for packages that add more."""
    actions = commands.choices["slo"].add_subparsers(metavar="ACTION")
    listed = _asking(actions, "list", "every objective as it is promised", _list)
    listed.add_argument("--at", help="what was promised then: a day (2026-10-01, its beginning in UTC) or RFC 3339")
    shown = _asking(actions, "show", "one objective, whole", _show, name_of_one=True)
    shown.add_argument("--version", type=int, help="an earlier one")
    _asking(actions, "history", "every version of an objective", _history, name_of_one=True)
    diff = _asking(actions, "diff", "what differs between two versions", _diff, name_of_one=True)
    diff.add_argument("before", nargs="?", type=int, help="default: the one before the last")
    diff.add_argument("after", nargs="?", type=int, help="default: the last one")
    explain = _asking(
        actions, "explain", "what made a budget burn: values, where it went wrong, traces", _explain, name_of_one=True
    )
    for word in _NARROWING:
        explain.add_argument(f"--{word}", help=f"only this {word}")
    explain.add_argument("--start", help="RFC 3339; default: the window of the alert that fires")
    explain.add_argument("--until", help="RFC 3339; default: now")
    explain.add_argument("--whole", action="store_true", help="all of a window with millions of spans; takes its time")
    approve = _asking(actions, "approve", "approve the definition of an objective", _approve, name_of_one=True)
    approve.add_argument("--by", required=True, help="who approves it")
    approve.add_argument("--note", help="what they say to it")
    approve.add_argument("--sha256", help="of the definition; default: the present one")
    approve.add_argument("--revoke", action="store_true", help="take the approval back")
    export = _asking(actions, "export", "write what is promised as OpenSLO v1 or as YAML of Burnline", _export)
    export.add_argument("names", nargs="*", metavar="NAME", help="only these objectives")
    export.add_argument("--form", choices=_FORMS, default="openslo", help="default: openslo")
    export.add_argument("--to", type=Path, metavar="FILE", help="default: print it")
    _add_files(actions)
    return actions


def _add_files(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = actions.add_parser("check", help="find what is wrong in documents, of Burnline or of OpenSLO v1")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE", help="files or folders")
    check.set_defaults(run=_check)
    imported = actions.add_parser("import", help="turn OpenSLO v1 into objectives; says what it cannot express")
    imported.add_argument("files", nargs="+", type=Path, metavar="FILE", help="files or folders, read as one")
    imported.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="assume",
        help="a key of objectives where the documents say nothing of it: sli=availability",
    )
    imported.add_argument("--to", type=Path, metavar="FILE", help="default: print the objectives")
    imported.set_defaults(run=_import)


def _asking(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    about: str,
    act: Callable[[Session, Args], tuple[Answer, RenderableType | None]],
    *,
    name_of_one: bool = False,
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
    if name_of_one:
        parser.add_argument("name", help="the name of an objective")
    whom = parser.add_mutually_exclusive_group()
    nothing: Any = argparse.SUPPRESS  # what stands before the action holds as well
    whom.add_argument("--url", default=nothing, help="the server to ask")
    whom.add_argument("--data", type=Path, metavar="DIR", default=nothing, help="a data directory that no server holds")
    parser.add_argument("--config", type=Path, default=nothing, help="with --data: the configuration")
    parser.add_argument("--json", action="store_true", default=nothing, help="print the answer of the HTTP API")
    parser.set_defaults(run=lambda args: _run(name, act, args))
    return parser


def _run(name: str, act: Callable[[Session, Args], tuple[Answer, RenderableType | None]], args: Args) -> int:
    try:
        with session(Source(args.url, args.data, args.config)) as asked:
            answer, shown = act(asked, args)
    except NoAnswer as reason:
        return refuse(f"slo {name}", reason)
    if args.json:
        sys.stdout.write(f"{orjson.dumps(answer).decode()}\n")
    elif shown is not None:
        show(shown)
    return 0


def _list(asked: Session, args: Args) -> tuple[Answer, RenderableType]:
    answer = asked.ask(_DOCUMENTS, {} if args.at is None else {"at": _instant(args.at)}).json()
    return answer, documents_table(answer)


def _show(asked: Session, args: Args) -> tuple[Answer, RenderableType]:
    one = _version(_versions(asked, args.name), args.name, args.version)
    return one, shown_document(one, _yaml([one["definition"]]) if one["definition"] else "")


def _history(asked: Session, args: Args) -> tuple[Answer, RenderableType]:
    rows = _versions(asked, args.name)
    return {"documents": rows}, history_table(rows)


def _diff(asked: Session, args: Args) -> tuple[Answer, RenderableType]:
    from analytics.slo.documents.differences import differences  # noqa: PLC0415 - nothing else here needs analytics

    rows = _versions(asked, args.name)
    after = _version(rows, args.name, args.after)
    number = after["version"] - 1 if args.before is None else args.before
    before = None if number == 0 else _version(rows, args.name, number)
    found = differences(before and before["definition"], after["definition"])
    listed = [{"path": one.path, "before": one.before, "after": one.after} for one in found]
    answer = {"name": args.name, "before": before and before["version"], "after": after["version"], "changes": listed}
    return answer, changes_table(answer)


def _explain(asked: Session, args: Args) -> tuple[Answer, RenderableType]:
    params = {word: value for word in (*_NARROWING, "start", "until") if (value := getattr(args, word)) is not None}
    params |= {"whole": "true"} if args.whole else {}
    answer = asked.ask(f"/v1/slos/{segment(args.name)}/contributors", params).json()
    return answer, contributors_table(answer)


def _approve(asked: Session, args: Args) -> tuple[Answer, RenderableType]:
    sha256 = args.sha256 or _version(_versions(asked, args.name), args.name, None)["sha256"]
    if sha256 is None:
        raise NoAnswer(f"{args.name} was withdrawn: there is no definition to approve; --sha256 names an earlier one")
    word = {"sha256": sha256, "by": args.by, "note": args.note, "revoked": args.revoke}
    answer = asked.tell(f"{_path(args.name)}/approvals", word).json()
    return answer, approved_text(answer, args.by, revoked=args.revoke)


def _export(asked: Session, args: Args) -> tuple[Answer, RenderableType | None]:
    rows = asked.ask(_DOCUMENTS).json()["documents"]
    known = [row["name"] for row in rows]
    missing = [name for name in args.names if name not in known]
    if missing:
        raise NoAnswer(f"no objective {missing[0]!r} is promised; there are: {', '.join(known) or 'none'}")
    wanted = [row["definition"] for row in rows if not args.names or row["name"] in args.names]
    text = _yaml(wanted) if args.form == "yaml" else _openslo(wanted)
    answer = {"form": args.form, "names": [one["name"] for one in wanted], "text": text}
    if not args.json:
        _deliver(text, args.to, f"{len(wanted)} objectives as {args.form}")
    return answer, None


def _check(args: Args) -> int:
    """Say what is wrong and what could not be imported; 1 when anything is."""
    from analytics.slo.documents.checking import checked  # noqa: PLC0415 - a question to a server needs none of it

    found = checked(args.files)
    if found.problems:
        return refuse("slo check", found.problems)
    show(Group(Text(found.summary, "green"), *(Text(line) for line in found.remarks)))
    return 0


def _import(args: Args) -> int:
    """Print the objectives, and on the error stream what could not be taken as it stands; 1 when an SLO is missing."""
    from analytics.slo.documents.checking import import_files  # noqa: PLC0415 - the same
    from collector.configuration import ConfigurationError  # noqa: PLC0415 - the same

    pairs = [text.partition("=") for text in args.assume]
    if any(not sign for _, sign, _ in pairs):
        return refuse("slo import", "--set wants KEY=VALUE, for instance --set sli=availability")
    try:
        found = import_files(args.files, {key: value for key, _, value in pairs})
        _deliver(found.text, args.to, found.summary)
    except (ConfigurationError, NoAnswer) as reason:
        return refuse("slo import", reason)
    errors = Console(stderr=True, soft_wrap=True)
    for line in (*found.remarks, found.summary):
        errors.print(line, markup=False, highlight=False, emoji=False)
    return 0 if found.whole else 1


def _deliver(text: str, to: Path | None, what: str) -> None:
    """Print a text, or write it to a file that is not there yet."""
    if to is None:
        sys.stdout.write(text)
        return
    try:
        with to.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise NoAnswer(f"{to} is there already: name another file with --to") from error
    except OSError as error:
        raise NoAnswer(f"cannot write {to}: {error.strerror}") from error
    Console(stderr=True).print(f"{what}: {to}", markup=False, highlight=False)


def _path(name: str) -> str:
    return f"{_DOCUMENTS}/{segment(name)}"


def _versions(asked: Session, name: str) -> list[Answer]:
    """Every version, the newest first."""
    found: list[Answer] = asked.ask(f"{_path(name)}/versions").json()["documents"]
    return found


def _version(rows: Sequence[Answer], name: str, number: int | None) -> Answer:
    found = next((row for row in rows if number is None or row["version"] == number), None)
    if found is None:
        known = ", ".join(str(row["version"]) for row in rows)
        raise NoAnswer(f"{name} has no version {number}; there are: {known}")
    return found


def _instant(text: str) -> str:
    """Take a day for its beginning."""
    try:
        return f"{date.fromisoformat(text).isoformat()}T00:00:00Z" if len(text) == len("2026-10-01") else text
    except ValueError as error:
        raise NoAnswer(f"--at {text}: {error}; write a day such as 2026-10-01, or an RFC 3339 instant") from error


def _yaml(definitions: Sequence[Answer]) -> str:
    from analytics.slo.documents.writing import yaml_of  # noqa: PLC0415 - only what is written needs it

    return yaml_of({"objectives": list(definitions)})


def _openslo(definitions: Sequence[Answer]) -> str:
    from analytics.slo.documents.canonical import objective_of  # noqa: PLC0415 - the same
    from analytics.slo.documents.openslo.exporting import openslo_text  # noqa: PLC0415 - the same

    return openslo_text([objective_of(orjson.dumps(one).decode()) for one in definitions])
