"""Long work that somebody waits for: one job at a time, with its progress, its result or why there is none.

Closing, exporting and repricing a month take seconds to minutes. They run in a thread of their own, one after the
other, because two of them would only take each other's memory. The last jobs are remembered; what they did is in the
store and in files, not here.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import uuid4

from analytics.request_shapes import Answer

Progress = Callable[[str, int, int], None]
"""Told by long work as it goes on: the stage, how much of it is done, and of how much (0: nobody knows)."""
Work = Callable[[Progress], Answer]

_log = logging.getLogger(__name__)
_REMEMBERED = 200


class State(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"  # what was asked cannot be done; the reason says why and what to do
    FAILED = "failed"  # something nobody foresaw; the log has the traceback


ENDED = frozenset({State.DONE, State.REFUSED, State.FAILED})


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of long work as it stands."""

    job_id: str
    kind: str
    """close, export, verify, reconcile ..."""
    about: str
    """What it is about: a month, a run."""
    state: State = State.WAITING
    stage: str = ""
    done: int = 0
    total: int = 0
    """0: nobody knows."""
    result: Answer | None = None
    reason: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED


class Jobs:
    """Runs jobs, one after the other."""

    def __init__(self, refusals: tuple[type[Exception], ...] = ()) -> None:
        """``refusals`` are the errors that tell a person what to do; any other is a failure."""
        self._refusals = refusals
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._changed = threading.Condition()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chargeback")

    def start(self, kind: str, about: str, work: Work) -> Job:
        """Queue a piece of work; the same work already under way is returned, not done twice."""
        with self._changed:
            same = (job for job in self._jobs.values() if (job.kind, job.about) == (kind, about) and not job.ended)
            under_way = next(same, None)
            if under_way is not None:
                return under_way
            job = Job(uuid4().hex, kind, about)
            self._jobs[job.job_id] = job
            self._forget()
            self._worker.submit(self._run, job.job_id, work)
            return job

    def get(self, job_id: str) -> Job | None:
        """Return a job as it stands; None when nobody remembers it."""
        with self._changed:
            return self._jobs.get(job_id)

    def newest_first(self) -> tuple[Job, ...]:
        """Return the jobs that are remembered."""
        with self._changed:
            return tuple(reversed(self._jobs.values()))

    def wait(self, job_id: str, seconds: float) -> Job | None:
        """Return a job once it has ended, or as it stands after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: (found := self._jobs.get(job_id)) is None or found.ended, seconds)
            return self._jobs.get(job_id)

    def close(self) -> None:
        """Let the running job finish; the ones that wait are not begun."""
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _run(self, job_id: str, work: Work) -> None:
        self._change(job_id, state=State.RUNNING)
        try:
            result = work(lambda stage, done, total: self._change(job_id, stage=stage, done=done, total=total))
        except self._refusals as reason:
            self._change(job_id, state=State.REFUSED, reason=str(reason))
        except OSError as error:  # a full disk, a folder that is gone: nothing a traceback would explain
            _log.info("job %s: %s", job_id, error)
            told = f"files could not be read or written: {error}; put that right and ask again"
            self._change(job_id, state=State.FAILED, reason=told)
        except Exception:  # noqa: BLE001 - whoever waits must hear of it; it is logged and the job says so
            _log.exception("job %s failed", job_id)
            self._change(job_id, state=State.FAILED, reason="it failed in a way nobody foresaw; see the server's log")
        else:
            self._change(job_id, state=State.DONE, result=result)

    def _change(self, job_id: str, **what: object) -> None:
        with self._changed:
            self._jobs[job_id] = replace(self._jobs[job_id], **what)  # type: ignore[arg-type] # fields by name; replace() refuses others
            self._changed.notify_all()

    def _forget(self) -> None:
        ended = [job_id for job_id, job in self._jobs.items() if job.ended]
        for job_id in ended[: max(0, len(self._jobs) - _REMEMBERED)]:
            del self._jobs[job_id]
