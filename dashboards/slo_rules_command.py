"""``burnline slo rules``: the configured objectives and budgets as a rule file for Prometheus."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from dashboards.placing import put_in_place
from dashboards.printing import refuse

_CONFIGURATION = "burnline.yaml"


def register(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the action to ``burnline slo``."""
    about = "write Prometheus recording and alerting rules"
    parser = actions.add_parser("rules", help=about, description=f"Objectives and budgets: {about}.")
    nothing: Any = argparse.SUPPRESS  # what stands before the action holds as well
    parser.add_argument("--config", type=Path, default=nothing, help=f"default: {_CONFIGURATION}, where there is one")
    parser.add_argument("--own", action="store_true", help="alerts about Burnline itself as well")
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: print them")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the rules, and return the exit status: 0 written, 1 not."""
    from analytics.links import Links  # noqa: PLC0415 - the same
    from analytics.slo.rules.pack import rules_of  # noqa: PLC0415 - with what it needs it takes two seconds
    from collector.configuration import ConfigurationError  # noqa: PLC0415 - the same
    from dashboards.configuration import Configuration, goals_of  # noqa: PLC0415 - the same
    from dashboards.stack.own_rules import own_group  # noqa: PLC0415 - the same

    path: Path | None = getattr(args, "config", None)
    if path is None and Path(_CONFIGURATION).exists():
        path = Path(_CONFIGURATION)
    out: Path | None = args.out
    try:
        configuration = Configuration(path, os.environ)
        goals, links = goals_of(configuration), configuration.section("links", Links)
        further = [own_group(links)] if args.own else []
        _write(rules_of(goals.objectives, goals.budgets, goals.gate, links, further), out)
    except (ConfigurationError, OSError) as reason:
        return refuse("slo rules", reason)
    return 0


def _write(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
    else:
        put_in_place(out, text)  # Prometheus may read it at any time
