"""The compose file is what it promises, as far as that shows without an engine: nothing here starts a container."""

import re
import subprocess
import sys
from pathlib import PurePosixPath

import pytest
import yaml

from dashboards.addresses import Addresses
from tests.stack.files import COMPOSE, ROOT, SERVICES, STACK, mounted, told, variables

BUILT = {name for name, service in SERVICES.items() if service["image"].startswith("burnline")}
WITHOUT_HEALTH = {
    "rules": "it writes one file and ends",
    "collector": "its image holds nothing but the program",
}
LONG_LIVED = sorted(SERVICES.keys() - {"rules"})


def test_the_compose_file_follows_the_compose_schema():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    ran = subprocess.run([*command, str(ROOT / "docker-compose.yml")], capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert ran.returncode == 0, ran.stdout


def test_the_schema_finds_a_misspelt_key(tmp_path):
    wrong = (ROOT / "docker-compose.yml").read_text(encoding="utf-8").replace("cap_drop:", "cap_dorp:")
    (tmp_path / "wrong.yml").write_text(wrong, encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    ran = subprocess.run([*command, str(tmp_path / "wrong.yml")], capture_output=True, check=False)  # noqa: S603 - our own words
    assert ran.returncode == 1


def test_what_is_started_without_a_profile_is_burnline_and_what_shows_it():
    always = {name for name, service in SERVICES.items() if "profiles" not in service}
    assert always == {"burnline", "rules", "prometheus", "alertmanager", "grafana"}
    assert {profile for service in SERVICES.values() for profile in service.get("profiles", ())} == {
        "collector",
        "litellm",
    }


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_is_root_or_may_become_it_or_write_its_root(name):
    service = SERVICES[name]
    assert int(service["user"]) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.keys() & {"privileged", "cap_add", "network_mode", "pid", "devices"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_port_is_published_on_this_machine_only(name):
    assert [port for port in SERVICES[name].get("ports", ()) if not port.startswith("127.0.0.1:")] == []


def test_no_port_of_the_machine_is_taken_twice():
    taken = [port.split(":")[1] for service in SERVICES.values() for port in service.get("ports", ())]
    assert len(taken) == len(set(taken))


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - BUILT))
def test_an_image_of_others_is_pinned_to_a_patch(name):
    assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+\.\d+", SERVICES[name]["image"])


@pytest.mark.parametrize("name", SERVICES)
def test_every_file_that_is_mounted_exists_and_is_only_read(name):
    assert [str(source) for source in mounted(name).values() if not source.exists()] == []
    bound = [volume for volume in SERVICES[name].get("volumes", ()) if isinstance(volume, dict)]
    assert all(volume["read_only"] and volume["bind"] == {"create_host_path": False} for volume in bound)


def test_every_volume_is_declared_and_used():
    named = {
        text.split(":")[0] for service in SERVICES.values() for text in service["volumes"] if isinstance(text, str)
    }
    assert named == COMPOSE["volumes"].keys()


def test_a_volume_belongs_to_who_writes_to_it():
    """A new volume has the owner of the folder it is first mounted on; where an image has none, root owns it."""
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    ours = re.search(r"install -d -o burnline -g burnline (.+)$", dockerfile, re.MULTILINE)[1].split()
    mounts = {
        name: [text.split(":") for text in one["volumes"] if isinstance(text, str)] for name, one in SERVICES.items()
    }
    for name in ("burnline", "rules"):
        assert [path for _, path in mounts[name] if path not in ours] == []
    made = {volume for volume, _ in mounts["rules"]}
    assert {volume for volume, *_ in mounts["collector"]} <= made
    assert "rules" in SERVICES["collector"]["depends_on"]
    assert SERVICES["collector"]["user"] == SERVICES["rules"]["user"]


@pytest.mark.parametrize("name", LONG_LIVED)
def test_every_service_that_lives_says_how_it_is_or_why_not(name):
    assert ("healthcheck" in SERVICES[name]) is not (name in WITHOUT_HEALTH)


@pytest.mark.parametrize("name", LONG_LIVED)
def test_a_health_check_asks_the_port_that_is_published(name):
    if name in WITHOUT_HEALTH:
        return
    asked = re.search(r"127\.0\.0\.1'?[:,] ?(\d+)", " ".join(SERVICES[name]["healthcheck"]["test"]))
    assert asked
    assert asked[1] in {port.split(":")[2] for port in SERVICES[name]["ports"]}


def test_who_waits_for_health_waits_for_somebody_who_tells_it():
    waits = [
        (name, on, how["condition"]) for name, one in SERVICES.items() for on, how in one.get("depends_on", {}).items()
    ]
    assert [each for each in waits if each[2] == "service_healthy" and "healthcheck" not in SERVICES[each[1]]] == []
    assert ("prometheus", "rules", "service_completed_successfully") in waits


def test_every_variable_is_explained_with_what_holds_without_it():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    explained = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert dict(variables(COMPOSE)) == explained


def test_services_call_each_other_by_names_and_ports_that_there_are():
    written = (*STACK.rglob("*.y*ml"), *(ROOT / "dashboards" / "grafana" / "provisioning").rglob("*.y*ml"))
    texts = [path.read_text(encoding="utf-8") for path in written]
    texts.append(yaml.safe_dump(dict(SERVICES)))
    called = {pair for text in texts for pair in re.findall(rf"\b({'|'.join(SERVICES)}):(\d{{4}})\b", text)}
    inside = {(name, port.split(":")[2]) for name, one in SERVICES.items() for port in one.get("ports", ())}
    assert called >= {("burnline", "8320"), ("burnline", "4318"), ("alertmanager", "9093"), ("prometheus", "9090")}
    assert called <= inside


def test_the_ports_of_burnline_are_those_it_serves_on():
    serve = Addresses()
    inside = {int(port.split(":")[2]) for port in SERVICES["burnline"]["ports"]}
    assert inside == {serve.port, serve.otlp_grpc_port, serve.otlp_http_port}


def test_grafana_reads_its_boards_where_they_are_mounted():
    provisioned = ROOT / "dashboards" / "grafana" / "provisioning" / "dashboards"
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in provisioned.glob("*.y*ml")]
    read = {PurePosixPath(one["options"]["path"]) for file in files for one in file["providers"]}
    assert read <= mounted("grafana").keys()
    assert all(list(mounted("grafana")[path].glob("*.json")) for path in read)


def test_the_rules_are_written_where_prometheus_reads_them():
    written = SERVICES["rules"]["command"][SERVICES["rules"]["command"].index("--out") + 1]
    assert "rules:/rules" in SERVICES["rules"]["volumes"]
    assert "rules:/etc/prometheus/rules:ro" in SERVICES["prometheus"]["volumes"]
    [pattern] = yaml.safe_load((STACK / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))["rule_files"]
    assert re.fullmatch(pattern.replace("*", ".*"), written.removeprefix("/"))


def test_rules_and_server_read_the_same_configuration():
    ours = [dict(mounted(name)) for name in ("burnline", "rules")]
    assert ours[0] == ours[1]
    assert told("${A:-b}/${C:-}") == "b/"
