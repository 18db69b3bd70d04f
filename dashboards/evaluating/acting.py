"""What the actions of ``burnline eval`` do: read files, run, compare, write reports."""

import argparse
import json
import sys
import time
from dataclasses import asdict, replace
from datetime import UTC, datetime

import httpx

from analytics.evaluation.events import run_events
from analytics.evaluation.gate import Gate, gated
from analytics.evaluation.gate_events import gate_request
from analytics.evaluation.golden import read_golden
from analytics.evaluation.inputs import WrongInput
from analytics.evaluation.judging import Judge
from analytics.evaluation.metrics import MetricKind
from analytics.evaluation.pricing import answer_price
from analytics.evaluation.reasons import answered
from analytics.evaluation.reports import gate_content, gate_junit, gate_markdown
from analytics.evaluation.reviews import agreements, read_reviews, review_events
from analytics.evaluation.run import Run, read_run, run_text
from analytics.evaluation.running import Asked, run_of_answers
from analytics.evaluation.sending import send, told
from analytics.evaluation.settings import Plan, RunSettings, read_plan
from analytics.evaluation.summary import agreement_summary, run_summary, sample_summary
from analytics.evaluation.systems import asked, system_named
from analytics.prices import PriceBook
from analytics.prices.command_books import chosen_book
from dashboards.asking import Source, ask
from dashboards.evaluating.commands import SAMPLE_OPTIONS

Args = argparse.Namespace
_PATIENCE_S = 30.0


def run(args: Args) -> int:
    """Ask, score, write; gate where a baseline is named."""
    plan = _plan(args)
    baseline = None if args.against is None else read_run(args.against)
    made = _made(args, plan, _run_settings(args, plan))
    if baseline is None:
        answered(made, "and nothing is written: a run of failures is no baseline")
    if args.to is not None:
        args.to.write_text(run_text(made), encoding="utf-8")
    if args.otlp is not None:
        _emitted(made, args.otlp)
    if baseline is not None:
        found = gated(baseline, made, plan.metrics, plan.gate)
        _gate_sent(found, args.otlp)
        return _told(found, args)
    if args.to is None:
        sys.stdout.write(run_text(made))
    else:
        sys.stdout.write(run_summary(made))
    return 0


def emit(args: Args) -> int:
    """Send a run to a server."""
    sys.stdout.write(f"{_emitted(read_run(args.file), args.otlp)} results sent to {args.otlp}\n")
    return 0


def review(args: Args) -> int:
    """Read reviews, compare, and send them where that is asked for."""
    judged = None if args.against is None else read_run(args.against)
    found = read_reviews(args.file, threshold=args.threshold)
    said = agreements(found, judged, threshold=args.threshold, seed=_plan(args).gate.seed)
    if args.otlp is not None:
        with httpx.Client(timeout=_PATIENCE_S) as client:
            told(review_events(found, judged, time.time_ns()), args.otlp, client)
    sys.stdout.write(f"{json.dumps(asdict(said))}\n" if args.json else agreement_summary(said, len(found)))
    return 0


def _emitted(made: Run, url: str) -> int:
    with httpx.Client(timeout=_PATIENCE_S) as client:
        return told(run_events(made), url, client)


def sample(args: Args) -> int:
    """Draw a golden set."""
    params = {name: str(value) for name in SAMPLE_OPTIONS if (value := getattr(args, name)) is not None}
    params |= {"references": "true"} if args.references else {}
    answer = ask(Source(args.url, args.data, None), "/v1/evaluations/sample", params).json()
    text = "".join(f"{json.dumps(item, ensure_ascii=False)}\n" for item in answer["items"])
    if args.to is None:
        sys.stdout.write(text)
    else:
        args.to.write_text(text, encoding="utf-8")
    sys.stderr.write(sample_summary(answer))
    return 0


def gate(args: Args) -> int:
    """Rule over two runs."""
    found = _gate(args)
    _gate_sent(found, args.otlp)
    return _told(found, args)


def compare(args: Args) -> int:
    """Compare two runs; whatever comes out, it ends with 0."""
    _told(_gate(args), args)
    return 0


def _gate_sent(found: Gate, url: str | None) -> None:
    if url is not None:
        with httpx.Client(timeout=_PATIENCE_S) as client:
            send(gate_request(found), url, client)


def _gate(args: Args) -> Gate:
    plan = _plan(args)
    return gated(read_run(args.baseline), read_run(args.candidate), plan.metrics, plan.gate)


def _told(found: Gate, args: Args) -> int:
    text = gate_markdown(found)
    if args.markdown is not None:
        args.markdown.write_text(text, encoding="utf-8")
    if args.junit is not None:
        args.junit.write_text(gate_junit(found), encoding="utf-8")
    sys.stdout.write(f"{json.dumps(gate_content(found), ensure_ascii=False)}\n" if args.json else text)
    return found.exit_status


def _plan(args: Args) -> Plan:
    """The evaluation file, with what the command line says over it."""
    plan = read_plan(args.config)
    over = ("level", "tolerated", "noticed")
    said = {key: value for key in over if (value := getattr(args, key, None)) is not None}
    try:
        return replace(plan, gate=replace(plan.gate, **said)) if said else plan
    except ValueError as error:
        raise WrongInput(f"--{error}") from error


def _run_settings(args: Args, plan: Plan) -> RunSettings:
    return replace(plan.run, golden=args.golden or plan.run.golden, system=args.system or plan.run.system)


def _made(args: Args, plan: Plan, settings: RunSettings) -> Run:
    if settings.golden is None:
        raise WrongInput("no golden set: name it with --golden FILE, or as run.golden in --config")
    if settings.system is None:
        raise WrongInput("no system: name it with --system, or as run.system in --config")
    golden = read_golden(settings.golden)
    system = system_named(settings.system, timeout_s=settings.timeout_s)
    book = chosen_book(args.prices, None, None)
    judge = _judge(plan, book)
    began = datetime.now(UTC)
    answers = asked(
        system, golden.items, at_once=settings.at_once, ticks=time.perf_counter_ns, repeats=settings.repeats
    )
    return run_of_answers(
        Asked(system.name, golden, answers, began, args.name),
        plan.metrics,
        priced=answer_price(book),
        judge=judge,
        at_once=plan.judge.at_once if judge else 1,
    )


def _judge(plan: Plan, book: PriceBook) -> Judge | None:
    if plan.judge.model is None or all(one.metric is not MetricKind.JUDGE for one in plan.metrics):
        return None
    from dashboards.evaluating.litellm_judge import litellm_judge  # noqa: PLC0415 - LiteLLM: four seconds

    return litellm_judge(plan.judge, book, datetime.now(UTC))
