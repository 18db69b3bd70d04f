"""One run from beginning to end: start everything, play each incident, wait for the steps, ask for the summary."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import httpx
from rich.console import Console
from rich.live import Live

from analytics.evaluation.gate import Gate
from dashboards.demo.course import Act, Course
from dashboards.demo.experiment import tell
from dashboards.demo.incidents import INCIDENTS
from dashboards.demo.keeping import NotKept, keep
from dashboards.demo.live import Shown, Stage, line, step_line, view
from dashboards.demo.month import NoExport, month_of
from dashboards.demo.noticed import noticed
from dashboards.demo.past import drawn, past
from dashboards.demo.provider import HEALTHY, Provider, providing
from dashboards.demo.retrieval import document, passages
from dashboards.demo.server import Running, ServerFailed, serving
from dashboards.demo.summary import Besides, Summary, summary
from dashboards.demo.timeline import Timeline
from dashboards.demo.traffic import Load, questions
from dashboards.demo.trial import trial
from dashboards.demo.watching import Row, Snapshot, Watch
from instrumentation import configure, faults
from instrumentation.downgrade import LADDER
from instrumentation.reader import DowngradeReader

if TYPE_CHECKING:
    from dashboards.demo.pipeline import Pipeline

T = TypeVar("T")
DIGEST_BUDGET = "digest"
"""The budget of the configuration that the forecast is about."""
_EVERY_S = 1.0
_LINES_EVERY_S = 5.0
_ARRIVAL_S = 20.0
"""How long to wait until everything that was sent can be asked for."""


class NotStored(Exception):
    """What was sent and what is stored differ."""


class NoFigures(Exception):
    """The server did not answer a question about the run."""


EXPECTED = (NotStored, NotKept, NoFigures, NoExport, ServerFailed)
"""What may go wrong in a run, each with a message for the person who started it."""


@dataclass(slots=True)
class Stageplay:
    """A run in progress."""

    console: Console
    timeline: Timeline
    provider: Provider
    client: httpx.AsyncClient
    watch: Watch
    course: Course
    load: Load
    stage: Stage = Stage.HEALTHY
    snapshots: list[Snapshot] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Send traffic through all stages."""
        stop = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.load.run(stop))
                showing = tasks.create_task(self._show())
                await self._stages()
                stop.set()
                showing.cancel()
        except* httpx.HTTPError as errors:
            first = errors.exceptions[0]
            raise NoFigures(
                f"the server stopped answering ({first!r}); see server.log in the data directory"
            ) from errors

    async def _stages(self) -> None:
        await asyncio.sleep(self.timeline.healthy_s)
        for incident in INCIDENTS:
            act = Act(incident, datetime.now(UTC))
            self.course.acts.append(act)
            await self._suffered(act)
            if act.down_at is None:
                return
            await self._until(lambda act=act: act.up_at is not None)  # type: ignore[misc]  # a default binds the act
            if act.up_at is None:
                return
            self.stage = Stage.AFTER
            await asyncio.sleep(self.timeline.pause_s)

    async def _suffered(self, act: Act) -> None:
        """Let an incident happen until the route has stepped down, then end it."""
        self.stage, self.provider.models = Stage.INCIDENT, act.incident.models
        self.load.pasted = document(act.incident.pasted_tokens)
        await asyncio.sleep(self.timeline.incident_s)
        await self._until(lambda: act.down_at is not None)
        self.stage, self.provider.models, self.load.pasted = Stage.OVER, HEALTHY, ""
        act.over_at = datetime.now(UTC)

    async def _until(self, happened: Callable[[], bool]) -> None:
        """Wait for a step, as long as patience lasts."""
        with suppress(TimeoutError):  # the summary says what did not happen
            async with asyncio.timeout(self.timeline.patience_s):
                while not happened():
                    self._news.clear()
                    await self._news.wait()

    async def _show(self) -> None:
        """Ask every second and show it; in a terminal in place, elsewhere as lines."""
        if self.console.is_terminal:
            with Live(console=self.console, auto_refresh=False, transient=True) as live:
                async for _ in self._asked():
                    live.update(view(self._shown()), refresh=True)
            return
        said, steps = -_LINES_EVERY_S, 0
        async for snapshot in self._asked():
            for step in snapshot.steps[steps:]:
                self.console.print(step_line(step), soft_wrap=True)
            steps = len(snapshot.steps)
            if self._shown().elapsed_s - said >= _LINES_EVERY_S:
                said = self._shown().elapsed_s
                self.console.print(line(self._shown()), soft_wrap=True, highlight=False)

    async def _asked(self) -> AsyncIterator[Snapshot]:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            snapshot = await self.watch.snapshot(datetime.now(UTC))
            self.snapshots.append(snapshot)
            self.course.tell(snapshot.steps)
            self._news.set()
            yield snapshot
            await asyncio.sleep(max(0.1, _EVERY_S - (loop.time() - began)))

    def _shown(self) -> Shown:
        incident = self.course.acts[-1].incident if self.course.acts else None
        return Shown(self.stage, incident, self.watch.began_at, self.timeline.expected_s, self.snapshots)


async def play(
    console: Console,
    directory: Path,
    timeline: Timeline,
    seed: int,
    told: Callable[[Summary, str], Awaitable[None]],
) -> None:
    """Run the demo; everything it started has ended when this returns or raises.

    ``told`` gets the summary and the server's address while the server still runs.
    """
    provider = Provider(seed)
    status = console.status("starting a Burnline server, a provider and a serving app ...")
    with status:
        past_began_at = datetime.now(UTC)
        importing = asyncio.create_task(asyncio.to_thread(_pipeline))
        await asyncio.to_thread(keep, directory, past(past_began_at, seed))
        async with serving(directory) as server, providing(provider) as provider_url:
            pipeline = await importing
            at = await server.ready()
            async with _app(pipeline, at.api_url, at.otlp_url, provider_url) as app, _client(at.api_url) as client:
                status.stop()
                console.print(f"Follow it at {at.api_url}/\n", style="bold", highlight=False, soft_wrap=True)
                provider.billed.clear()  # the calls that warmed the app up were not watched
                watch = Watch(client, datetime.now(UTC), LADDER[0])
                load = Load(app.ask, questions(seed, [p.topic for p in passages()]), timeline.requests_per_s, seed)
                run = Stageplay(console, timeline, provider, client, watch, Course(watch.began_at), load)
                async with _beside(_told_and_ruled(seed, at, past_began_at)) as ruled:
                    await run.run()
                    with console.status("waiting for the last spans ..."):
                        found = await _summed(run, past_began_at, await ruled)
                await told(found, at.api_url)


@asynccontextmanager
async def _beside(work: Coroutine[None, None, T]) -> AsyncIterator["asyncio.Task[T]"]:
    """Do something beside the rest; whatever becomes of that, it has ended afterwards."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


def _pipeline() -> "type[Pipeline]":
    """Import LiteLLM while the server starts; it takes as long."""
    from dashboards.demo.pipeline import Pipeline  # noqa: PLC0415 - see above

    return Pipeline


def _client(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, trust_env=False, timeout=30.0)


@asynccontextmanager
async def _app(kind: "type[Pipeline]", api_url: str, otlp_url: str, provider_url: str) -> "AsyncIterator[Pipeline]":
    """Run the serving app: its telemetry goes to the server, and its reader follows the server's decisions."""
    telemetry = configure(service_name="demo-app", endpoint=otlp_url)
    reader = DowngradeReader(api_url).start()
    app = kind(provider_url, reader, passages())
    try:
        await app.warm_up()
        yield app
    finally:
        app.close()
        await asyncio.to_thread(reader.stop)
        await asyncio.to_thread(telemetry.shutdown)


async def _told_and_ruled(seed: int, at: Running, past_began_at: datetime) -> Sequence[Gate]:
    """Tell what came of the past, and try other prompts on a provider of their own: their use is on another bill."""
    await asyncio.to_thread(tell, at.api_url, drawn(past_began_at, seed))
    async with providing(Provider(seed)) as provider_url:
        return await asyncio.to_thread(trial, provider_url, at.otlp_url, passages())


async def _summed(run: Stageplay, past_began_at: datetime, gates: Sequence[Gate]) -> Summary:
    rows, until = await _arrived(run), datetime.now(UTC)
    if faults():
        raise NotStored(f"the wrappers could not tell everything: {faults()}")
    run.course.tell(await run.watch.steps(until))
    by_team, by_tier = await run.watch.cost(until, "team"), await run.watch.cost(until, "tier")
    month = await month_of(run.client, f"{run.watch.began_at:%Y-%m}")
    forecast = await run.watch.ask("/v1/forecast", {"budget": DIGEST_BUDGET})
    besides = Besides(await noticed(run.client, past_began_at), forecast, gates)
    return summary(run.course, rows, (by_team, by_tier), run.provider.billed, month, besides)


async def _arrived(run: Stageplay) -> Sequence[Row]:
    """Every request, once all that were sent can be asked for; raises :class:`NotStored`."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _ARRIVAL_S
    while True:
        rows = await run.watch.requests(run.watch.began_at, datetime.now(UTC))
        complete = sum(row["complete"] for row in rows)
        if complete == len(rows) == run.load.sent:
            return rows
        if loop.time() > deadline:
            raise NotStored(f"{run.load.sent} requests were sent, but {complete} are stored after {_ARRIVAL_S:.0f} s")
        await asyncio.sleep(0.3)
