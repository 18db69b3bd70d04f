"""The committed files of Prometheus and Alertmanager, read by the programs that will read them."""

import shutil
import subprocess

import pytest
import yaml

import burnline
from tests.programs import needed
from tests.stack.chain import rules
from tests.stack.files import SERVICES, STACK, mounted

ALERTMANAGER = STACK / "alertmanager" / "alertmanager.yml"
PROMETHEUS = STACK / "prometheus" / "prometheus.yml"


def ran(name: str, *words: object, folder=None) -> str:
    done = subprocess.run([needed(name), *map(str, words)], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - a program of Debian
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_promtool_accepts_the_configuration_with_the_rules_of_the_stack(tmp_path):
    shutil.copy(PROMETHEUS, tmp_path)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "burnline.yml").write_text(rules(STACK / "burnline.yaml"), encoding="utf-8")
    said = ran("promtool", "check", "config", "--lint=all", "--lint-fatal", "prometheus.yml", folder=tmp_path)
    assert "1 rule files found" in said
    assert "rules found" in said


def test_the_service_that_writes_the_rules_writes_them(tmp_path):
    [configuration] = mounted("rules").values()
    out = tmp_path / "burnline.yml"
    named = {"/etc/burnline/burnline.yaml": str(configuration), "/rules/burnline.yml": str(out)}
    assert burnline.main([named.get(word, word) for word in SERVICES["rules"]["command"]]) == 0
    assert out.read_text(encoding="utf-8") == rules(configuration)


def test_amtool_accepts_the_configuration_of_alertmanager():
    assert "3 receivers" in ran("amtool", "check-config", ALERTMANAGER)


ROUTES = {
    "a page": ({"alertname": "BurnlineErrorBudgetBurn", "severity": "page", "objective": "answers"}, "journal,page"),
    "a ticket": ({"alertname": "BurnlineUnpriced", "severity": "ticket"}, "journal,ticket"),
    "what nobody has to do anything about": ({"alertname": "BurnlineDegraded", "severity": "info"}, "journal"),
    "a page of somebody else": ({"alertname": "DiskFull", "severity": "page"}, "page"),
    "anything else": ({"alertname": "DiskFull"}, "journal"),
}


@pytest.mark.parametrize("case", ROUTES)
def test_an_alert_goes_to_whom_it_concerns(case):
    labels, receivers = ROUTES[case]
    words = [f"{name}={value}" for name, value in labels.items()]
    assert ran("amtool", "config", "routes", "test", f"--config.file={ALERTMANAGER}", *words).strip() == receivers


def test_everybody_who_can_be_told_exists_and_the_journal_hears_the_end_too():
    receivers = {one["name"]: one for one in yaml.safe_load(ALERTMANAGER.read_text(encoding="utf-8"))["receivers"]}
    assert receivers.keys() == {"journal", "page", "ticket"}
    [hook] = receivers["journal"]["webhook_configs"]
    assert hook["send_resolved"] is True
    assert hook["url"].endswith("/v1/alerts/alertmanager")
