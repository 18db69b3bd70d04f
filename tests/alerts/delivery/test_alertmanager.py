"""Alerts at a real Alertmanager, read back with its own tool."""

import json
import socket
import subprocess
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from alerts.delivery.alertmanager import AlertPoster
from alerts.delivery.people import Alert
from alerts.delivery.settings import Alertmanager
from tests.alerts.delivery.receivers import receiving
from tests.instrumentation.decisions import eventually
from tests.programs import needed

TEMPLATES = Path("/usr/share/prometheus/alertmanager")
CONFIGURATION = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"
BURN = Alert({"alertname": "BurnlineBudgetBurn", "objective": "answers"}, {"summary": "answers burns 20x its budget"})
DEGRADED = Alert({"alertname": "BurnlineDegraded", "route": "answer é"}, {}, datetime.now(UTC) - timedelta(hours=1))


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


def installed(program: Path, folder: Path) -> tuple[Path, Path]:
    """The program, and the folder to run it in.

    Debian's program reads its templates at a fixed place. Where it was only unpacked they are not there, so a copy of
    it looks in the folder that it runs in: a path as long as the fixed one, which needs neither root nor a mount.
    """
    unpacked = program.parents[1] / TEMPLATES.relative_to("/usr")
    if TEMPLATES.exists() or not unpacked.exists():
        return program, folder
    fixed = str(TEMPLATES).encode()
    copy = folder / "alertmanager"
    copy.write_bytes(program.read_bytes().replace(fixed, b"./" * (len(fixed) // 2)))
    copy.chmod(0o700)
    return copy, unpacked


@contextmanager
def alertmanager(folder):
    port = free_port()
    (folder / "alertmanager.yml").write_text(CONFIGURATION, encoding="utf-8")
    url = f"http://127.0.0.1:{port}"
    storing = [f"--config.file={folder / 'alertmanager.yml'}", f"--storage.path={folder}", "--log.level=error"]
    listening = [f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="]
    with (folder / "log").open("wb") as log:
        program, home = installed(needed("alertmanager"), folder)
        run = [str(program), *storing, *listening]
        process = subprocess.Popen(run, cwd=home, stdout=log, stderr=log)  # noqa: S603 - a program of Debian
    try:
        assert eventually(lambda: _ready(url) or process.poll() is not None, within_s=20)
        assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/-/ready").is_success
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with alertmanager(tmp_path_factory.mktemp("alertmanager")) as address:
        yield address


def shown(url: str) -> dict[str, dict]:
    """The active alerts, as amtool shows them."""
    command = [str(needed("amtool")), f"--alertmanager.url={url}", "-o", "json", "alert", "query"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - a program of Debian
    return {alert["labels"]["alertname"]: alert for alert in json.loads(found.stdout)}


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_what_is_so_is_shown_with_its_labels_and_a_lease_and_what_is_over_is_gone(url):
    firing, now = [BURN, DEGRADED], datetime.now(UTC)
    poster = AlertPoster(Alertmanager(url, {"cluster": "eu"}, every_s=30.0), lambda _: firing, lambda: now)
    assert poster.turn()
    first = shown(url)
    assert first["BurnlineBudgetBurn"]["labels"] == {**BURN.labels, "cluster": "eu"}
    assert first["BurnlineBudgetBurn"]["annotations"] == BURN.annotations
    assert first["BurnlineDegraded"]["labels"]["route"] == "answer é"
    assert abs(instant(first["BurnlineDegraded"]["startsAt"]) - DEGRADED.since) < timedelta(milliseconds=1)
    assert abs(instant(first["BurnlineBudgetBurn"]["endsAt"]) - now - timedelta(seconds=120)) < timedelta(seconds=1)
    firing.remove(BURN)
    now = datetime.now(UTC)
    assert poster.turn()
    assert shown(url).keys() == {"BurnlineDegraded"}
    assert poster.firing == 1
    firing.clear()
    now = datetime.now(UTC)
    assert poster.turn()
    assert shown(url) == {}


def test_when_nobody_posts_any_more_the_alert_ends_with_its_lease(url):
    poster = AlertPoster(Alertmanager(url, every_s=0.2), lambda _: [BURN], lambda: datetime.now(UTC))
    poster.start()
    assert eventually(lambda: "BurnlineBudgetBurn" in shown(url))
    assert poster.stop(5)
    assert eventually(lambda: shown(url) == {})


def test_every_alertmanager_is_told_and_one_that_is_down_delays_nobody(url):
    with receiving() as other:
        posters = [
            AlertPoster(Alertmanager(address, every_s=30.0), lambda _: [DEGRADED], lambda: datetime.now(UTC))
            for address in ("http://127.0.0.1:9", other.url.removesuffix("/hook"), url)
        ]
        for poster in posters:
            poster.start()
        assert eventually(lambda: [poster.posted for poster in posters] == [0, 1, 1])
        assert all(poster.stop(5) for poster in posters)
    assert other.requests[0].path == "/api/v2/alerts"


def test_a_post_that_failed_is_tried_again():
    with receiving(500, 503, 200) as manager:
        settings = Alertmanager(manager.url.removesuffix("/hook"))
        poster = AlertPoster(settings, lambda _: [BURN], lambda: datetime.now(UTC), again_s=(0.01, 0.01))
        assert poster.turn()
    assert (len(manager.requests), poster.posted, poster.failed) == (3, 1, 0)


def test_what_cannot_be_gathered_is_counted_and_posts_nothing():
    def broken(_):
        raise RuntimeError("no store")

    with receiving() as manager:
        poster = AlertPoster(
            Alertmanager(manager.url.removesuffix("/hook"), every_s=0.02), broken, lambda: datetime.now(UTC)
        )
        poster.start()
        assert eventually(lambda: poster.failed > 1)
        assert poster.stop(5)
    assert manager.requests == []
