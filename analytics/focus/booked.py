"""What the ledger knows of a period, as an export carries it."""

from datetime import UTC, date, datetime, timedelta

from analytics.focus.period import PeriodInfo
from analytics.ledger.manifest import read_manifest
from analytics.ledger.periods import sign_offs
from analytics.notation import NS_PER_S
from collector.store import Store

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def period_info(store: Store, start: date, now: datetime) -> PeriodInfo:
    """The period of the month that begins at ``start``: as it was closed, or open as of ``now``.

    Of a closed month everything comes from its books, so it is the same whenever it is asked for.
    """
    signed = next((one for one in sign_offs(store) if one.period_start == start), None)
    if signed is None:
        return PeriodInfo(start, as_of=now)
    booked = read_manifest(signed.manifest)
    seconds, rest_ns = divmod(signed.closed_at_ns, NS_PER_S)
    return PeriodInfo(
        start,
        as_of=_EPOCH + timedelta(seconds=seconds, microseconds=rest_ns // 1_000),
        closed=True,
        editions=tuple(sorted({run.edition_id for run in booked.rated_by if run.edition_id})),
        runs=tuple(sorted({run.run_id for run in booked.rated_by})),
        signed_off_by=signed.closed_by,
        notes={"ledger_manifest_sha256": signed.sha256} | ({"note": signed.note} if signed.note else {}),
    )
