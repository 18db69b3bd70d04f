"""The words of an export that are signed with a month, so that its files stay the same whatever is configured later.

Deliveries are left out: where a file goes is no part of what it says.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from analytics.focus.settings import BillingAccount, Chargeback, CostCenter
from analytics.ledger.manifest import read_manifest
from analytics.ledger.periods import sign_offs
from collector.store import Store

_LEFT_OUT = frozenset({"deliveries", "by_name"})


def words_of(configured: Chargeback) -> dict[str, object]:
    """Return the words as plain JSON.

    >>> words_of(Chargeback(company="Acme"))["company"]
    'Acme'
    """
    kept = asdict(configured)
    return {name: list(kept[name]) if name == "cost_centers" else kept[name] for name in kept if name not in _LEFT_OUT}


def said_by(words: Mapping[str, Any]) -> Chargeback:
    """Return what was configured when these words were signed.

    >>> said_by(words_of(Chargeback(company="Acme"))) == Chargeback(company="Acme")
    True
    """
    plain = {f.name: words[f.name] for f in fields(Chargeback) if f.name in words}
    account = BillingAccount(**words["billing_account"])
    centers = tuple(CostCenter(**center) for center in words["cost_centers"])
    return Chargeback(**plain | {"billing_account": account, "cost_centers": centers})


def signed_words(store: Store, start: date, configured: Chargeback) -> Chargeback:
    """Return the words for the month that begins at ``start``: as signed if it is closed, else as configured.

    A month that was closed before words were signed is written with what is configured.
    """
    signed = next((one for one in sign_offs(store) if one.period_start == start), None)
    words = None if signed is None else read_manifest(signed.manifest).words
    return configured if words is None else said_by(words)
