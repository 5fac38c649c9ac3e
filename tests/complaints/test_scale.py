"""Large estates, small pages and narrow quotas: nobody is missed, nothing is throttled, and the cost is told."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any, NamedTuple

import pytest

from benchmarks.quota.account import Account
from benchmarks.quota.buckets import Bucket
from benchmarks.quota.estate import Estate
from benchmarks.quota.figures import failing
from benchmarks.quota.generate import generate
from tests.builders import NOW, REGION
from tests.complaints.watched import SWEPT, Watched
from tests.contracts.deployed import RESOURCES
from tests.simulation.parts import Registered
from tests.simulation.runs import Fate

DAY = timedelta(days=1)
TABLE_WRITES = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
SERVICES, TASKS = 40, 400
HOURS = 4 * 3600


class Costed(Account):
    """The account under AWS's quotas, with what its records say that batches cost."""

    def forget(self) -> None:
        super().forget()
        self.told: Counter[str] = Counter()

    def _write(self, record: Mapping[str, Any]) -> None:
        super()._write(record)
        self.told.update(record.get("calls_by_api", {}))


class Sweep(NamedTuple):
    """What one sweep asked of AWS by API, what its records say of that, and how far it drew on each quota."""

    reads: Mapping[str, int]
    told: Mapping[str, int]
    drawn: list[Bucket]


@pytest.fixture(scope="module")
def sweeps() -> list[Sweep]:
    """The first sweep of a cluster, which reads everything there is to know, and the one after it."""
    account, found = Costed(generate(1, SERVICES, TASKS // SERVICES)), []
    for _ in range(2):
        account.sweep()
        assert len(account.judged) == TASKS
        drawn = [bucket for bucket in account.wire.buckets.values() if bucket.taken]
        found.append(Sweep(account.wire.reads(), dict(account.told), drawn))
        account.forget()
    return found


@pytest.mark.parametrize("n", [0, 1], ids=["first", "quiet"])
def test_a_sweep_is_never_throttled(sweeps: list[Sweep], n: int) -> None:
    """cloud-custodian #7265; steampipe-plugin-aws #893, #1726; prowler #7082; weaveworks/scope #2050; aws-nuke PR #610;
    cloud-map-mcs #128: and it leaves at least half of every quota to others."""
    drawn = sweeps[n].drawn
    assert len(drawn) > 5 and not sum(bucket.throttled for bucket in drawn)
    assert all(max(bucket.share(1), bucket.share(10), 1 - bucket.lowest) <= 0.5 for bucket in drawn)


def test_a_sweep_reads_full_pages_and_no_fact_twice(sweeps: list[Sweep]) -> None:
    """cloud-custodian #5911, #6506: each of 100k task definitions described; #1812, #5598: DescribeLogStreams for
    each; workload-discovery PR #355"""
    first, quiet = (sweep.reads for sweep in sweeps)
    assert first["ecs:DescribeTaskDefinition"] == SERVICES
    assert not [name for name in first if "LogStreams" in name or "ListTaskDefinitions" in name]
    assert not [name for name in quiet if name.startswith("logs:") or name == "ecs:DescribeTaskDefinition"]
    assert quiet["ecs:DescribeServices"] == SERVICES / 10 and quiet["ecs:DescribeTasks"] <= 2 * TASKS / 100
    assert sum(quiet.values()) <= 0.2 * TASKS


def test_a_sweep_tells_what_it_cost(sweeps: list[Sweep]) -> None:
    """copilot-cli #3516: the bill of AWS Config came as a surprise; aws-config-rules #81"""
    for sweep in sweeps:
        assert sweep.told == sweep.reads


def test_the_number_of_rules_does_not_grow_with_the_estate() -> None:
    """cloud-custodian #6741, #2049: a rule for each policy, until the limit; copilot-cli #3516"""
    kinds = Counter(resource["Type"] for resource in RESOURCES.values() if "Condition" not in resource)
    linked = Counter(resource["Type"] for resource in RESOURCES.values() if "Condition" in resource)
    assert (kinds["AWS::Events::Rule"], linked["AWS::Events::Rule"]) == (2, 1)
    assert not [kind for kind in kinds if kind.startswith("AWS::Config::")]


@pytest.mark.parametrize("seed", [4, 9, 13])
def test_throttling_loses_nothing_and_invents_nothing(account: Watched, seed: int) -> None:
    """cloud-custodian #7265; prowler #7082: what was throttled was left out, or ended the run."""
    dice = Random(seed)
    throttled: list[str] = []

    def unlucky(_number: int, call: str) -> Fate:
        if not call.startswith(("ecs:Desc", "ecs:ListT", "servicediscovery:", "logs:")) or dice.random() > 0.15:
            return Fate.GO
        throttled.append(call)
        return Fate.THROTTLE

    account.plan_for = lambda name: unlucky
    task = account.estate.start("web", Registered.WRONG_PORT)
    account.estate.scale("web", 6)
    account.wait(HOURS)
    assert account.told == [("open", "SC203", "web")] and len(throttled) > 10
    account.estate.register(task, Registered.RIGHT)
    account.wait(HOURS)
    assert account.told[1:] == [("resolved", "SC203", "web")]
    assert account.queue.dead == []


@pytest.mark.parametrize(
    ("clusters", "services", "tasks"),
    [(1, 10, 10), (1, 11, 10), (1, 1, 100), (1, 1, 101), (1, 101, 1), (101, 1, 1)],
)
def test_the_last_of_many_is_seen(clusters: int, services: int, tasks: int) -> None:
    """traefik #3625; ecs-refarch-task-rebalancing #2; cloud-custodian #6457: more than ten services or a hundred tasks,
    and the rest was not looked at. Here the last and the first of each are broken."""
    estate = Estate()
    broken = set()
    for c in range(clusters):
        for s in range(services):
            cluster, name = f"cluster-{c:03d}", f"web-{s:03d}"
            made = estate.create(cluster, name, NOW - DAY, endpoints=(name,), desired=tasks, namespace=cluster)
            if (c, s) in ((0, 0), (clusters - 1, services - 1)):
                for task in {made.tasks[0], made.tasks[-1]}:
                    task.fault = "SC203"
                    broken.add((f"{REGION}/{cluster}/{name}", f"SC203#{name}#{task.id}"))
    account = Account(estate)
    account.sweep(900)
    assert failing(account) == broken and len(account.judged) == clusters * services * tasks


@pytest.mark.parametrize("tasks", [2, 42])
def test_what_is_well_is_not_written_again_and_again(account: Watched, tasks: int) -> None:
    """consul-ecs #309, PR #320: as many writes a second as there are tasks. Here a quiet sweep writes alike for any
    number, and nothing of it wakes notify but its own watch."""
    account.estate.scale("web", tasks)
    account.wait(SWEPT)
    writes: list[str] = []

    def counted(_number: int, call: str) -> Fate:
        writes.extend([call] if call in TABLE_WRITES else [])
        return Fate.GO

    account.plan_for = lambda name: counted
    account.stream.heard.clear()
    account.wait(900)
    assert len(writes) <= 10 and not [record for record in account.stream.heard if record.key[1].startswith("SC")]
