from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import analytics.allocation
from analytics.allocation.owner import Owner
from analytics.allocation.resources import Hourly, Resource, ResourceKind
from analytics.allocation.settings import RULES, SECTIONS
from analytics.allocation.shared_settings import SharedCost
from analytics.allocation.source import source
from analytics.ledger.charges import charges
from analytics.ledger.terms import Terms
from collector.configuration import ConfigurationError, load
from tests.analytics.stored import NOON, Stored, store_with

PACKAGE = Path(analytics.allocation.__file__).parent


def test_the_example_of_the_readme_is_a_sound_configuration(tmp_path):
    readme = (PACKAGE / "README.md").read_text()
    path = tmp_path / "burnline.yaml"
    path.write_text(readme.split("```yaml\n")[1].split("```")[0])
    found = load(path, SECTIONS, rules=RULES)
    assert {name: len(found[name]) for name in SECTIONS} == {
        "attribution_rules": 3,
        "shared_costs": 2,
        "infrastructure": 2,
    }


def test_the_readme_names_every_module():
    readme = (PACKAGE / "README.md").read_text()
    quiet = {"__init__.py", "moments.py", "months.py", "owner.py"}
    assert {path.name for path in PACKAGE.glob("*.py")} - quiet == {
        p.name for p in PACKAGE.glob("*.py") if f"`{p.name}`" in readme
    }


def test_one_name_for_two_costs_is_refused_with_its_line(tmp_path):
    path = tmp_path / "burnline.yaml"
    path.write_text(
        "shared_costs:\n"
        "  - {name: x, amount_usd: 1, issuer: i, owner: {name: o}}\n"
        "infrastructure:\n"
        "  - {name: x, kind: cache, owner: {name: o}, rates: [{usd_per_hour: 1}]}\n"
    )
    with pytest.raises(
        ConfigurationError, match=r"(?s)yaml:4  infrastructure\[0\].name.*another name than shared_costs\[0\]"
    ):
        load(path, SECTIONS, rules=RULES)


def test_the_ledger_takes_all_shares_among_the_charges_of_a_month():
    owner = Owner("platform")
    cost = SharedCost("contract", Decimal(100), owner, "Helpdesk Inc")
    cache = Resource("cache", ResourceKind.CACHE, owner, (Hourly(Decimal(1), effective_from="2026-11-18"),))
    terms = Terms(sources=(source([cost], [cache, replace(cache, name="idle")], (), lambda: NOON),))
    found = [
        row for batch in charges(store_with(Stored()), date(2026, 11, 1), terms=terms) for row in batch.to_pylist()
    ]
    sums = {
        name: sum(row["cost_usd"] for row in found if row["shared_cost"] == name)
        for name in ("contract", "cache", "idle")
    }
    assert sums == {"contract": 100, "cache": 12, "idle": 12}
