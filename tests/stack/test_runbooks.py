"""Every alert leads to a section that is there, and every section is about an alert, or a rule of the pack."""

import re
from decimal import Decimal

import httpx
import pytest
import yaml
from fastapi import FastAPI
from fastapi.testclient import TestClient

from alerts.delivery.people import Name
from analytics.links import Links
from analytics.slo.documents.pack import pack_objectives
from analytics.slo.documents.settings import PackParameters
from analytics.slo.objective import Objective, Sli
from analytics.slo.rules.pack import rules_of
from analytics.spending.budget import SpendBudget
from collector.store import DuckDBStore
from dashboards.app import Parts, build_app
from dashboards.stack import runbooks
from dashboards.stack.own_rules import own_group

LINKS = Links("https://burnline.example.com")
ALERTS, PACK = runbooks.chapters()
PACKED = pack_objectives(PackParameters(monthly_budget_usd=Decimal(900), expected_requests=600_000)).objectives
OBJECTIVES = (Objective("answers", Sli.AVAILABILITY, 0.995), *PACKED)
RULES = rules_of(OBJECTIVES, [SpendBudget("month", Decimal(500))], links=LINKS, further=[own_group(LINKS)])
ALERTING = [rule for group in yaml.safe_load(RULES)["groups"] for rule in group["rules"] if "alert" in rule]


@pytest.fixture(scope="module")
def page() -> httpx.Response:
    app = FastAPI()
    app.include_router(runbooks.router())
    return TestClient(app).get("/runbooks").raise_for_status()


def test_every_alert_that_can_be_leads_to_a_section_of_the_page(page):
    there = set(re.findall(r'<section id="([^"]+)">', page.text))
    for rule in ALERTING:
        address, _, place = rule["annotations"]["runbook_url"].partition("#")
        assert address == "https://burnline.example.com/runbooks"
        assert place in there, rule["alert"]


def test_every_section_is_about_an_alert_and_every_alert_has_one():
    known = {rule["alert"] for rule in ALERTING} | set(Name)
    assert {section.heading for section in ALERTS.sections} == known
    assert len(ALERTS.sections) == len(known)


def test_every_rule_of_the_pack_has_a_section_and_every_section_a_rule():
    assert {section.heading for section in PACK.sections} == {objective.name for objective in PACKED}
    leads = {rule["annotations"]["runbook_url"].partition("#")[2] for rule in ALERTING if "sloth_slo" in rule["labels"]}
    assert {section.anchor for section in PACK.sections} <= leads


def test_nothing_of_its_markdown_is_left_on_the_page(page):
    body = re.sub(r"<style>.*?</style>", "", page.text, flags=re.DOTALL)
    assert re.findall(r"`|\*\*|\]\(|^#|^\|", body, re.MULTILINE) == []


def test_the_page_loads_nothing_and_runs_nothing(page):
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert re.findall(r"<script|src=|url\(|@import", page.text) == []
    assert all(target.startswith(("#", "/")) for target in re.findall(r'href="([^"]+)"', page.text))


def test_every_path_it_leads_to_is_one_of_the_server(page):
    app = build_app(Parts(DuckDBStore(None), lambda: 0))
    led = set(re.findall(r'href="(/[^"]*)"', page.text))
    assert led >= {"/", "/budgets", "/cost", "/routing", "/readyz"}
    client = TestClient(app, base_url="http://127.0.0.1")
    assert {target: client.get(target).status_code for target in led} == dict.fromkeys(led, 200)


def test_an_objective_with_its_own_runbook_keeps_it():
    own = Objective("answers", Sli.AVAILABILITY, 0.995, runbook_url="https://wiki.example/answers")
    rules = rules_of([own], links=LINKS)
    assert "runbook_url: https://wiki.example/answers" in rules
    assert "https://burnline.example.com/budgets/answers" in rules


def test_an_address_that_is_none_is_refused():
    with pytest.raises(ValueError, match="expected an address such as https://"):
        Links("burnline:8320")
