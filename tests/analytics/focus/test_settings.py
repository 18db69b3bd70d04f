"""The section ``chargeback``."""

import pytest

from analytics.focus.settings import S3, Chargeback, CostCenter, DeliveryTarget


def test_the_defaults_are_a_configuration():
    assert Chargeback().booked(None).owner is None


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
