"""The parts of the demo: whose directory it takes, what it calls a closed loop, and its honest fakes."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from collector.store import DuckDBStore
from dashboards.configuration import Configuration, problems
from dashboards.demo.answer_cache import THRESHOLD, AnswerCache
from dashboards.demo.course import PHASES, Act, Course
from dashboards.demo.directory import CannotPrepare, configuration, prepare
from dashboards.demo.incidents import INCIDENTS
from dashboards.demo.month import Month
from dashboards.demo.noticed import Noticed
from dashboards.demo.provider import HEALTHY, vector
from dashboards.demo.retrieval import Index, passages
from dashboards.demo.summary import Besides, summary
from dashboards.demo.traffic import questions

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


def seconds(number: float) -> datetime:
    return NOON + timedelta(seconds=number)


def down(at_s: float, to_tier: str, share: float = 1.0) -> dict:
    return {"noted_at": seconds(at_s).isoformat(), "to_tier": to_tier, "share": share, "why": "burning"}


def up(at_s: float, to_tier: str = "premium", share: float = 1.0) -> dict:
    return {"noted_at": seconds(at_s).isoformat(), "to_tier": to_tier, "share": share, "why": "calm_probe"}


def request(at_s: float, usd: str | None = "0.01", *, output: int | None = 10, tier: str = "premium") -> dict:
    return {
        "trace_id": f"{round(at_s):032x}",
        "started_at": seconds(at_s).isoformat(),
        "duration_ms": 100.0,
        "status": "ok",
        "tier": tier,
        "degraded": tier != "premium",
        "usage": {"output_tokens": output},
        "cost": {"usd": usd},
    }


def bill(usd: str, output: int) -> dict:
    return {"rows": [], "totals": {"cost_usd": usd, "quantities": {"output": str(output)}}}


LONG_PROMPTS, SLOW_MODELS = INCIDENTS
HALF, ALL, TRIED, BACK = down(15, "standard", 0.5), down(18, "standard"), up(28, "standard", 0.75), up(31)
PASSED, BACK_AGAIN = down(44, "economy"), up(58)
PLAYED = (HALF, ALL, TRIED, BACK, PASSED, BACK_AGAIN)
BESIDES = Besides(Noticed(None, NOON, 0.0), {"status": "forecast"}, [])


def course(*steps: dict) -> Course:
    """Long prompts from second 12 to 22, slow models from 40 to 50."""
    acts = [Act(LONG_PROMPTS, seconds(12), seconds(22)), Act(SLOW_MODELS, seconds(40), seconds(50))]
    found = Course(NOON, acts)
    found.tell(steps)
    return found


def test_a_new_directory_is_made_with_a_configuration_that_has_no_mistakes(tmp_path):
    prepare(tmp_path / "a" / "b")
    assert problems(configuration(tmp_path / "a" / "b"), {}) == []


@pytest.mark.parametrize("name", ["file", "file/below", "circle", "x" * 300])
def test_what_is_no_directory_is_left_alone_and_said(tmp_path, name):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    with pytest.raises(CannotPrepare, match="--data DIR"):
        prepare(tmp_path / name)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_an_earlier_demo_is_replaced_and_only_its_own_files(tmp_path):
    prepare(tmp_path)
    DuckDBStore(tmp_path).close()
    (tmp_path / "notes.txt").write_text("mine")
    assert prepare(tmp_path)
    assert not (tmp_path / "burnline.duckdb").exists()
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_directory_that_no_demo_made_is_refused_and_untouched(tmp_path):
    DuckDBStore(tmp_path).close()
    with pytest.raises(CannotPrepare, match=r"holds burnline\.duckdb, which no demo has made"):
        prepare(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["burnline.duckdb"]


def test_a_directory_that_a_process_holds_is_refused(tmp_path):
    prepare(tmp_path)
    hold = "held = store.DuckDBStore(pathlib.Path(sys.argv[1])); print('held', flush=True); input()"
    command = [sys.executable, "-c", f"import pathlib, sys, collector.store as store; {hold}", str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as holder:  # noqa: S603 - our own interpreter
        holder.stdout.readline()
        with pytest.raises(CannotPrepare, match="a running process holds"):
            prepare(tmp_path)
        holder.stdin.close()


def test_the_loop_is_closed_when_each_incident_had_its_own_way_down_and_the_way_back():
    assert course(*PLAYED).missing() is None
    assert "long prompts: the route did not step down" in course().missing()
    assert "long prompts: the route did not step down" in course(down(3, "standard"), up(9)).missing()
    assert "long prompts: the route stepped down but was not back" in course(HALF, ALL, TRIED).missing()
    assert "slow models: the route did not step down" in course(*PLAYED[:4]).missing()
    assert "slow models: the route stepped down but was not back" in course(*PLAYED[:5]).missing()
    assert "slow models: the route stepped down but was not back" in course(*PLAYED, down(70, "economy")).missing()
    assert "slow models: the demo ended before it" in Course(NOON, course(*PLAYED).acts[:1]).missing()


def test_the_same_reaction_to_both_would_be_no_closed_loop():
    wrong = course(*PLAYED[:4], down(44, "standard", 0.5), BACK_AGAIN).missing()
    assert wrong == "slow models: the first step moved 0.5 of the requests to standard; expected 1 to economy"


def test_requests_belong_to_the_phase_they_started_in():
    phases = [course(*PLAYED).phase(seconds(at_s)) for at_s in (0, 12, 15, 31, 40, 44, 58)]
    assert phases == [PHASES[place] for place in (0, 1, 2, 0, 3, 4, 0)]


def test_the_configuration_has_the_ladders_and_shares_that_the_incidents_expect(tmp_path):
    prepare(tmp_path)
    [policy] = Configuration(configuration(tmp_path), {}).section("routes", tuple)
    assert (policy.ladder[1], policy.share_steps[0]) == (LONG_PROMPTS.target, LONG_PROMPTS.first_share)
    assert (policy.fast[1], 1.0) == (SLOW_MODELS.target, SLOW_MODELS.first_share)


def test_a_summary_adds_up_exactly_and_leaves_out_what_has_no_price():
    rows = [request(1, "0.1"), request(14, "0.2"), request(20, None, output=None, tier="standard")]
    sums = (bill("0.3", 20), bill("0.3", 20))
    found = summary(course(*PLAYED), rows, sums, {"output": 20}, month("0.3"), BESIDES)
    assert found.disagreement is None
    assert found.whole.cost_usd == Decimal("0.3")
    assert (found.phases["long prompts, down"].from_cache, found.degraded) == (1, 1)
    assert found.dearest == f"{14:032x}"


def month(cost_usd: str, *broken: str, ledger_usd: str | None = None) -> Month:
    rules = [{"rule": rule, "where": "row 1"} for rule in broken]
    return Month({"own": {"cost_usd": cost_usd}}, [{"broken": rules}], Decimal(ledger_usd or cost_usd))


def test_a_summary_says_where_requests_ledger_month_and_provider_differ():
    rows, none = [request(1, "0.1")], bill("", 0)

    def disagreement(by_team, billed, of_month):
        return summary(course(), rows, (by_team, none), billed, of_month, BESIDES).disagreement

    tenth = bill("0.1", 10)
    assert "$0.1, the ledger to $0.2" in disagreement(bill("0.2", 10), {}, month("0.2"))
    assert "bills 11 of output" in disagreement(tenth, {"output": 11}, month("0.1"))
    assert "ledger adds up to $0.1, its charges to $0.11" in disagreement(tenth, {}, month("0.11", ledger_usd="0.1"))
    assert "breaks the rule unit-form: row 1" in disagreement(tenth, {}, month("0.1", "unit-form"))
    assert disagreement(tenth, {"output": 10}, month("0.1")) is None


def test_slow_models_are_slow_at_all_but_the_one_outside_their_pool():
    for model in ("gpt-5.4", "gpt-5.4-mini"):
        well, ill = HEALTHY[model], SLOW_MODELS.models[model]
        assert ill.median_ms > 1_800 > 4 * well.median_ms
        assert ill.fault_ratio > 0 == well.fault_ratio
    assert HEALTHY["gpt-5.4-nano"] == SLOW_MODELS.models["gpt-5.4-nano"]


def test_long_prompts_are_dear_at_the_best_model_alone():
    ceiling_usd, tokens = Decimal("0.012"), LONG_PROMPTS.pasted_tokens
    assert tokens * Decimal("2.5e-6") > ceiling_usd > 2 * tokens * Decimal("0.75e-6")  # input prices a token
    assert LONG_PROMPTS.models == HEALTHY


def test_every_topic_finds_its_own_passage_first():
    found_in = passages()
    index = Index(found_in)
    assert len(found_in) >= 24
    for passage in found_in:
        assert passage in [found for found, _ in index.best(f"What is {passage.topic}?", 3)]


def test_a_cache_hits_on_other_words_for_the_same_and_on_nothing_else():
    known = AnswerCache()
    known.keep("What is a burn rate?", np.array(vector("What is a burn rate?", 256)), "fast", now_s=0.0)
    same = known.nearest(np.array(vector("Please explain a burn rate.", 256)), now_s=1.0)
    other = known.nearest(np.array(vector("How does a burn rate matter to our search in Oslo?", 256)), now_s=1.0)
    assert same[1] > THRESHOLD > other[1]
    assert known.exact("What is a burn rate?", now_s=1.0).answer == "fast"
    assert known.exact("What is a burn rate?", now_s=60.0) is None


def test_a_seed_decides_what_is_asked():
    first, again, other = (questions(seed, ["a span"]) for seed in (1, 1, 2))
    asked = [[next(source) for _ in range(20)] for source in (first, again, other)]
    assert asked[0] == asked[1] != asked[2]


def test_naming_the_command_loads_no_litellm():
    code = "import sys, dashboards.demo.commands; sys.exit('litellm' in sys.modules or 'fastapi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own interpreter
