"""The section ``chargeback``."""

from pathlib import Path

import pytest

from analytics.focus.settings import S3, BillingAccount, Chargeback, CostCenter, DeliveryTarget
from collector.configuration import load
from collector.configuration.reference import reference


def test_what_nobody_claims_always_has_an_owner():
    account = BillingAccount(name="Acme")
    listed = Chargeback(billing_account=account, cost_centers=(CostCenter("unallocated", account="9999"),))
    assert Chargeback(billing_account=account, unallocated_owner="platform").booked(None).owner == "platform"
    assert Chargeback(billing_account=account).booked(None).owner == "Acme"
    assert (listed.booked(None).owner, listed.booked(None).account) == ("Acme", "9999")


def test_a_cost_center_is_stated_once():
    with pytest.raises(ValueError, match="cost_centers has CC-1 twice"):
        Chargeback(cost_centers=(CostCenter("CC-1"), CostCenter("CC-1")))


def test_unallocated_can_have_an_account_of_its_own():
    terms = Chargeback(cost_centers=(CostCenter("unallocated", owner="Linus", account="9999"),), unallocated_owner="x")
    assert (terms.booked(None).owner, terms.booked(None).account) == ("Linus", "9999")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DeliveryTarget("a"), "has neither; expected folder or s3"),
        (lambda: DeliveryTarget("a", folder="x", s3=S3("b")), "has both; expected folder or s3"),
        (lambda: S3("a/b"), "expected the name alone"),
        (lambda: S3("a", endpoint="minio:9000"), "expected a URL"),
        (lambda: CostCenter(" "), "cost_center is empty"),
        (lambda: Chargeback(company=""), "company is empty"),
        (lambda: Chargeback().delivery("a"), "no delivery is called a; configured under chargeback.deliveries: none"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_do(make: object, message: str):
    with pytest.raises(ValueError, match=message):
        make()


def test_the_section_is_read_from_a_file_whole(tmp_path: Path):
    path = tmp_path / "burnline.yaml"
    path.write_text(
        """
chargeback:
  company: Acme Inc
  billing_account: {id: acme-1, name: Acme}
  unallocated_owner: platform
  cost_centers:
    - {cost_center: CC-1, name: Support, owner: Ada, account: "6400", purchase_order: PO-77}
  deliveries:
    - {name: finance, s3: {bucket: exports, prefix: burnline, endpoint: "https://minio.example:9000"}}
    - {name: archive, folder: archive}
""",
        encoding="utf-8",
    )
    found = load(path, {"chargeback": Chargeback}, environ={})["chargeback"]
    assert isinstance(found, Chargeback)
    assert found.booked("CC-1") == CostCenter("CC-1", "Support", "Ada", "6400", "PO-77")
    assert found.billing_account == BillingAccount("acme-1", "Acme")
    assert found.delivery("finance").s3 == S3("exports", "burnline", "https://minio.example:9000")


def test_every_key_of_the_section_is_explained():
    entries = reference({"chargeback": Chargeback})
    assert "chargeback.cost_centers[].purchase_order" in {entry.key for entry in entries}
    assert [entry.key for entry in entries if not entry.text] == []
