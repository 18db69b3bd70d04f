"""Deliveries to a folder and to a real S3 server: once, whole, and never over what is final."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from analytics.delivery import deliver as deliver_module
from analytics.delivery.deliver import deliver
from analytics.delivery.places import DeliveryFailed, DeliveryRefused, place_of
from analytics.focus.export import export
from analytics.focus.manifest import ExportManifest
from analytics.focus.settings import S3, DeliveryTarget
from analytics.statements.write import write_statements
from tests.analytics.focus.charged import CLOSED, OPEN, TERMS, batches, charge, month

SECRET = "not-to-be-seen"  # noqa: S105 - of a server that lives as long as the test
Target = DeliveryTarget


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Target:
    said = {"AWS_ACCESS_KEY_ID": "burnline", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_EC2_METADATA_DISABLED": "true"}
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    name = f"bucket-{abs(hash(request.node.nodeid)) % 10**9}"
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket=name)
    return Target("finance", s3=S3(name, prefix="burnline/prod", endpoint=endpoint, region="us-east-1"))


@pytest.fixture(params=["folder", "bucket"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    return request.getfixturevalue("bucket") if request.param == "bucket" else Target("f", folder=str(tmp_path / "to"))


def exported(folder: Path, *charges: dict[str, object], period: object = CLOSED) -> ExportManifest:
    return export(batches(charges or month()), "focus-1.4", folder, terms=TERMS, period_info=period)


def broken_after(blocks: int) -> Callable[..., Iterator[bytes]]:
    """Sending that breaks off in the third file."""
    started: list[Path] = []

    def sent(path: Path, _: object) -> Iterator[bytes]:
        started.append(path)
        yield path.read_bytes()[:blocks]
        if len(started) == 3:
            raise OSError("the network went away")
        yield path.read_bytes()[blocks:]

    return sent


def test_an_export_arrives_whole_under_a_name_made_of_its_content(target: Target, tmp_path: Path):
    manifest = exported(tmp_path / "export")
    found = deliver(tmp_path / "export", target)
    base = f"focus-1.4/2026-10/{manifest.sha256[:12]}"
    assert found.location.endswith(base)
    assert found.sent == (*(file.name for file in manifest.files), "manifest.json")
    for file in manifest.files:
        assert place_of(target).sha256(f"{base}/{file.name}") == file.sha256


def test_the_pointer_says_which_export_holds(target: Target, tmp_path: Path):
    manifest = exported(tmp_path / "export")
    deliver(tmp_path / "export", target)
    pointer = json.loads(place_of(target).read("focus-1.4/2026-10/latest.json") or b"")
    assert pointer["manifest"] == f"{manifest.sha256[:12]}/manifest.json"
    assert (pointer["sha256"], pointer["status"]) == (manifest.sha256, "closed")


def test_delivering_again_sends_nothing_and_says_so(target: Target, tmp_path: Path):
    charges = month()
    exported(tmp_path / "export", *charges)
    deliver(tmp_path / "export", target)
    exported(tmp_path / "again", *reversed(charges))
    found = deliver(tmp_path / "again", target)
    assert (found.sent, found.sent_bytes, found.pointed) == ((), 0, False)
    assert found.sentence.startswith("nothing to do")


def test_a_delivery_that_broke_off_is_completed_by_the_next(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    manifest = exported(tmp_path / "export")
    with monkeypatch.context() as patch:
        patch.setattr(deliver_module, "_blocks", broken_after(10))
        with pytest.raises(DeliveryFailed, match="the network went away; what was delivered stays"):
            deliver(tmp_path / "export", target)
    place, base = place_of(target), f"focus-1.4/2026-10/{manifest.sha256[:12]}"
    assert place.read(f"{base}/{manifest.files[2].name}") is None  # what broke off is not there in part
    assert place.read(f"{base}/manifest.json") is None
    assert place.read("focus-1.4/2026-10/latest.json") is None
    found = deliver(tmp_path / "export", target)
    assert found.present == tuple(file.name for file in manifest.files[:2])
    assert found.sent == (*(file.name for file in manifest.files[2:]), "manifest.json")


def test_other_content_under_the_same_name_is_refused(target: Target, tmp_path: Path):
    manifest = exported(tmp_path / "export")
    deliver(tmp_path / "export", target)
    name = f"focus-1.4/2026-10/{manifest.sha256[:12]}/cost_and_usage.csv"
    place_of(target).write(name, iter([b"something else"]))
    with pytest.raises(DeliveryRefused, match="has other content"):
        deliver(tmp_path / "export", target)
    assert place_of(target).read(name) == b"something else"


def test_a_later_export_of_an_open_month_stands_beside_the_earlier_one(target: Target, tmp_path: Path):
    first = exported(tmp_path / "one", charge(), period=OPEN)
    deliver(tmp_path / "one", target)
    second = exported(tmp_path / "other", charge(), charge(), period=OPEN)
    deliver(tmp_path / "other", target)
    place = place_of(target)
    assert place.read(f"focus-1.4/2026-10/{first.sha256[:12]}/manifest.json") == first.content
    assert json.loads(place.read("focus-1.4/2026-10/latest.json") or b"")["sha256"] == second.sha256


def test_an_open_export_does_not_replace_the_closed_month(target: Target, tmp_path: Path):
    exported(tmp_path / "closed", charge())
    deliver(tmp_path / "closed", target)
    exported(tmp_path / "open", charge(), period=OPEN)
    with pytest.raises(DeliveryRefused, match="an open one does not replace it"):
        deliver(tmp_path / "open", target)


def test_a_closed_month_has_no_other_sums(target: Target, tmp_path: Path):
    exported(tmp_path / "one", charge())
    deliver(tmp_path / "one", target)
    exported(tmp_path / "other", charge(), charge())
    with pytest.raises(DeliveryRefused, match="a closed month has no other sums"):
        deliver(tmp_path / "other", target)


def test_a_damaged_export_is_not_delivered(target: Target, tmp_path: Path):
    exported(tmp_path / "export")
    (tmp_path / "export" / "unpriced.csv").write_text("edited")
    with pytest.raises(DeliveryRefused, match="not the file that the manifest names"):
        deliver(tmp_path / "export", target)
    assert place_of(target).read("focus-1.4/2026-10/latest.json") is None


def test_an_export_that_did_not_finish_is_not_delivered(tmp_path: Path):
    exported(tmp_path / "export")
    (tmp_path / "export" / "manifest.json").unlink()
    with pytest.raises(DeliveryRefused, match=r"no manifest\.json"):
        deliver(tmp_path / "export", Target("f", folder=str(tmp_path / "to")))
    assert not (tmp_path / "to").exists()


def test_statements_are_delivered_like_exports(target: Target, tmp_path: Path):
    said = {"terms": TERMS, "period_info": CLOSED}
    manifest = exported(tmp_path / "export")
    write_statements(batches(month()), tmp_path / "statements", manifest=manifest, **said)
    found = deliver(tmp_path / "statements", target)
    assert "/statements/2026-10/" in found.location
    assert {"index.html", "CC-1.html"} <= set(found.sent)


def test_a_bucket_that_does_not_exist_is_named(bucket: Target, tmp_path: Path):
    assert bucket.s3 is not None
    exported(tmp_path / "export")
    with pytest.raises(DeliveryFailed, match="s3://nobody"):
        deliver(tmp_path / "export", replace(bucket, s3=replace(bucket.s3, bucket="nobody")))


def test_credentials_are_in_no_message_and_no_log(bucket: Target, tmp_path: Path, caplog: pytest.LogCaptureFixture):
    assert bucket.s3 is not None
    caplog.set_level(logging.DEBUG)
    exported(tmp_path / "export")
    with pytest.raises(DeliveryFailed) as failed:
        deliver(tmp_path / "export", replace(bucket, s3=replace(bucket.s3, bucket="nobody")))
    assert SECRET not in f"{failed.value} {failed.value.__cause__} {place_of(bucket)!r} {caplog.text}"


def test_progress_names_each_file(tmp_path: Path):
    manifest = exported(tmp_path / "export")
    told: list[tuple[str, int, int]] = []
    deliver(tmp_path / "export", Target("f", folder=str(tmp_path / "to")), lambda *said: told.append(said))
    assert [name for name, _, _ in told] == [*(file.name for file in manifest.files), "manifest.json"]
