"""What is said of scaudit itself. Members that fail are clusters, services or scaudit as a whole."""

from dataclasses import replace

from scaudit.checks import BY_ID
from scaudit.checks.check import Verdict, run
from scaudit.checks.derived import Outbreak
from scaudit.checks.facts import Facts
from scaudit.judge.scaudit_itself import judge_estate, judge_itself, judge_regions
from scaudit.model import Unread
from scaudit.model.seen import Coverage, Permission, Subscription, Unlinked
from tests import builders as world
from tests.builders import HEALTHY, NOW
from tests.checks.worlds.rows import Row, of_task

BROKEN = of_task(replace(HEALTHY, registrations={**world.REGISTERED, "nginx": object()}))
REFUSED = Permission("ecs:DescribeServices", Unread("no", action="ecs:DescribeServices", resource="arn:x"))
ALLOWED = Permission("ecs:DescribeTasks")


def outbreak(failing: int, known: int, cluster: str = "tutorial", **more: int) -> list[Verdict]:
    facts = Facts(outbreak=Outbreak(failing, known, cluster, **more))
    return [run(BY_ID["SC903"], facts, member="-", began=None, now=NOW, scale=1)]


def covered(verified: int, running: int = 100) -> list[Verdict]:
    return judge_estate({"tutorial": Coverage("tutorial", running, verified)}, None, NOW)


def uncovered(verified: int) -> list[Verdict]:
    """As it is for a day."""
    return judge_estate({"tutorial": Coverage("tutorial", 100, verified, short_since=NOW)}, None, NOW)


def unlisted() -> list[Verdict]:
    return judge_estate({"tutorial": Coverage("tutorial", 0, 0, unlisted="ListServices is throttled")}, None, NOW)


def unlinked(service: str) -> list[Verdict]:
    return judge_regions({"us-east-1": Unlinked("us-east-1", service)}, NOW)


FAILING = [
    Row(
        "a check raised an error",
        judge_itself({"web": BROKEN}, {}, {}, NOW),
        {f"SC901 {v.check.id}" for v in BROKEN if v.error},
    ),
    Row(
        "one action of two is refused",
        judge_itself({}, {("tutorial", p.action): p for p in (REFUSED, ALLOWED)}, {}, NOW),
        {"SC902 ecs:DescribeServices"},
    ),
    Row("20 of 39 services begin to fail", outbreak(20, 39), {"SC903"}),
    Row(
        "20 services begin to fail, most of those in 2 of 3 clusters",
        outbreak(20, 60, "", clusters_failing=2, clusters_known=3),
        {"SC903"},
    ),
    Row("11 of 20 that began to fail together still do", outbreak(11, 60, services_told=20), {"SC903"}),
    Row("a running task was not verified", covered(99), {"SC904"}),
    Row("a running task was not verified for a day", uncovered(99), {"SC904"}),
    Row("the services of a cluster could not be listed by any sweep", unlisted(), {"SC904"}),
    Row("a Region that nobody watches has a service", unlinked("prod/web"), {"SC906"}),
    Row("nobody confirmed a subscription", judge_estate({}, Subscription(0, pending=1), NOW), {"SC905"}),
]

HEALTHY_ALL_THE_SAME = [
    Row("no check raised an error", judge_itself({"web": of_task(HEALTHY)}, {}, {}, NOW)),
    Row("every action is allowed", judge_itself({}, {("tutorial", ALLOWED.action): ALLOWED}, {}, NOW)),
    Row("19 of 20 services begin to fail", outbreak(19, 20)),
    Row("20 of 40 services begin to fail", outbreak(20, 40)),
    Row(
        "19 services begin to fail, all of those in 2 clusters",
        outbreak(19, 19, "", clusters_failing=2, clusters_known=2),
    ),
    Row("most services of 2 of 4 clusters fail", outbreak(30, 60, "", clusters_failing=2, clusters_known=4)),
    Row("10 of 20 that began to fail together still do", outbreak(10, 10, services_told=20)),
    Row("every running task was verified", covered(100)),
    Row("no task runs", covered(0, running=0)),
    Row("a Region that is not linked has no service", unlinked("")),
    Row("one confirmed subscription beside one that is not", judge_estate({}, Subscription(1, pending=1), NOW)),
]
