"""The section ``chargeback``: who pays, who answers for what nobody claimed, where it is booked and delivered."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

UNALLOCATED = "unallocated"
"""What people and exports see where nobody said a cost centre."""


@dataclass(frozen=True, slots=True)
class BillingAccount:
    """Who receives the bill."""

    id: str = "organization"
    """Its id, as BillingAccountId."""
    name: str = "Organization"
    """Its name, for people."""
    type: str = "Organization"
    """What kind of account it is, as BillingAccountType."""

    def __post_init__(self) -> None:
        for name in ("id", "name", "type"):
            if not getattr(self, name).strip():
                raise ValueError(f"{name} is empty; expected a text, or leave the key out")


@dataclass(frozen=True, slots=True)
class CostCenter:
    """One entry of ``cost_centers``: where the costs of a cost centre are booked."""

    cost_center: str
    """The cost centre as spans and attribution rules say it."""
    name: str | None = None
    """Its name, for people."""
    owner: str | None = None
    """Who answers for it."""
    account: str | None = None
    """The account of the general ledger."""
    purchase_order: str | None = None
    """The order number that its costs are booked against."""

    def __post_init__(self) -> None:
        if not self.cost_center.strip():
            raise ValueError("cost_center is empty; expected the cost centre as spans say it, for instance CC-1001")


@dataclass(frozen=True, slots=True)
class S3:
    """A bucket of an S3-compatible store. Credentials come from the environment or a profile, never from here."""

    bucket: str
    """Name of the bucket; it must exist."""
    prefix: str = ""
    """Put before every name, for instance finance/burnline."""
    endpoint: str | None = None
    """For stores other than Amazon's: https://minio.example:9000."""
    region: str | None = None
    """For instance eu-central-1; nothing: as the environment says."""

    def __post_init__(self) -> None:
        if not self.bucket or "/" in self.bucket:
            raise ValueError(f"bucket is {self.bucket!r}; expected the name alone; a folder in it goes into prefix")
        if self.endpoint is not None and not self.endpoint.startswith(("http://", "https://")):
            raise ValueError(f"endpoint is {self.endpoint}; expected a URL such as https://minio.example:9000")


@dataclass(frozen=True, slots=True)
class DeliveryTarget:
    """One entry of ``deliveries``: a folder or a bucket that exports are delivered to."""

    name: str
    """Unique name, as the command takes it."""
    folder: str | None = None
    """A folder; it is made when it is not there."""
    s3: S3 | None = None
    """A bucket."""

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("name is empty; expected a unique name")
        if (self.folder is None) == (self.s3 is None):
            raise ValueError(
                f"delivery {self.name} has {'neither' if self.s3 is None else 'both'}; expected folder or s3"
            )

    @property
    def where(self) -> str:
        """For people: the folder, or s3://bucket/prefix.

        >>> DeliveryTarget("finance", s3=S3("exports", prefix="burnline")).where
        's3://exports/burnline'
        """
        return str(self.folder) if self.s3 is None else "/".join(filter(None, ("s3:/", self.s3.bucket, self.s3.prefix)))


@dataclass(frozen=True, slots=True)
class Chargeback:
    """Section ``chargeback``.

    >>> terms = Chargeback(cost_centers=(CostCenter("CC-1", owner="Ada"),), unallocated_owner="platform")
    >>> terms.booked("CC-1").owner, terms.booked("CC-9").owner, terms.booked(None).owner
    ('Ada', None, 'platform')
    """

    company: str = "Own organization"
    """Who issues what no provider bills: own models, shared infrastructure."""
    billing_account: BillingAccount = field(default_factory=BillingAccount)
    """Who receives the bill."""
    payment_terms: str = "Internal chargeback"
    """PaymentTerms of every invoice."""
    unallocated_owner: str | None = None
    """Who answers for costs without a cost centre; nothing: the billing account, which pays for them."""
    cost_centers: tuple[CostCenter, ...] = ()
    """Owner, account and order number by cost centre; one that is not here is exported without them."""
    deliveries: tuple[DeliveryTarget, ...] = ()
    """Where exports are delivered to."""
    by_name: Mapping[str, CostCenter] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("company", "payment_terms"):
            if not getattr(self, name).strip():
                raise ValueError(f"{name} is empty; expected a text, or leave the key out")
        _once("cost_centers", [entry.cost_center for entry in self.cost_centers])
        _once("deliveries", [entry.name for entry in self.deliveries])
        object.__setattr__(self, "by_name", {entry.cost_center: entry for entry in self.cost_centers})

    def booked(self, cost_center: str | None) -> CostCenter:
        """Where the costs of a cost centre are booked; None is the one nobody said."""
        name = cost_center or UNALLOCATED
        stated = self.by_name.get(name, CostCenter(name))
        if name != UNALLOCATED or stated.owner is not None:
            return stated
        return replace(stated, owner=self.unallocated_owner or self.billing_account.name)

    def delivery(self, name: str) -> DeliveryTarget:
        """The delivery of that name; raises ValueError naming those there are."""
        for target in self.deliveries:
            if target.name == name:
                return target
        known = ", ".join(target.name for target in self.deliveries) or "none"
        raise ValueError(f"no delivery is called {name}; configured under chargeback.deliveries: {known}")


def _once(key: str, names: list[str]) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise ValueError(f"{key} has {twice[0]} twice; expected each once")
