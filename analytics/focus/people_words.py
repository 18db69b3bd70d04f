"""What an export says of whom a charge is for: tags, cost centre, its owner and where it is booked.

Tags hold the words that were said. A word nobody said is left out, because a tag nobody set is no tag, with one
exception: ``cost_center`` is always there and says ``unallocated``, so that nothing falls out of a sum over it. On a
row of a split cost, ``Tags`` are those of the receiver, like ``AllocatedTags``: a chargeback adds up by them.
"""

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from analytics.focus.settings import UNALLOCATED, Chargeback
from analytics.ledger.charge import ATTRIBUTION

KEYS = (*ATTRIBUTION, "purpose")
TAGS = tuple(name for name in KEYS if name != "project")
"""The keys of Tags; the project is the sub account."""
_TEXT = pl.String()
SCHEMA: Mapping[str, pl.DataType] = {
    "Tags": _TEXT,
    "CostCenter": _TEXT,
    "CostCenterName": _TEXT,
    "CostCenterOwner": _TEXT,
    "GLAccount": _TEXT,
    "PurchaseOrder": _TEXT,
    "ReceiverId": _TEXT,
    "ReceiverName": _TEXT,
}
_RECEIVER = ("cost_center", "tenant", "team", "feature", "project")


def people_words(row: Mapping[str, Any], terms: Chargeback) -> dict[str, object]:
    """The words for one combination of KEYS."""
    booked = terms.booked(row["cost_center"])
    said = {name: row[name] for name in TAGS if row[name]} | {"cost_center": booked.cost_center}
    receiver = {name: row[name] for name in _RECEIVER if row[name]}
    return {
        "Tags": json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        "CostCenter": booked.cost_center,
        "CostCenterName": booked.name,
        "CostCenterOwner": booked.owner,
        "GLAccount": booked.account,
        "PurchaseOrder": booked.purchase_order,
        "ReceiverId": ";".join(f"{name}={value}" for name, value in receiver.items()) or None,
        "ReceiverName": " / ".join(receiver.values()) or None,
    }


def is_unallocated(cost_center: str) -> bool:
    """Whether nobody said a cost centre."""
    return cost_center == UNALLOCATED
