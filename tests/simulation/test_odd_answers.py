"""One odd answer blinds nobody else (J21): whatever AWS's models let be absent is absent once."""

from collections.abc import Mapping
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaudit.collect.aws.every_read import ACTIONS
from tests.simulation.examples import LONG
from tests.simulation.odd_answers import ABSENT, VALUES, WHOLE, Found, Member, is_of_its_type, members, swept

FAULTS = ("", "SC203", "SC201", "SC302")
"""Of the odd task: what is suspected is read again, what is not registered is listed, and of an unhealthy proxy the end
of the log is read."""
REACHED: dict[Member, str] = {member: fault for fault in reversed(FAULTS) for member in members(fault)}
"""Every member that may be absent, with a fault that has it asked for."""
MEMBERS = sorted(REACHED)
ELSEWHERE = {
    "servicediscovery:ListInstances": "tests/collect/test_cloudmap.py",
    "servicediscovery:ListNamespaces": "tests/audit/test_isolation.py",
    "ecs:DescribeClusters": "tests/collect/test_clusters.py",
    "account:ListRegions": "tests/audit/test_unlinked.py",
    "cloudwatch:ListMetrics": "tests/audit/test_unlinked.py",
}
"""Reads that none of these sweeps makes, and where an odd answer to them is tested."""
OF_OTHERS = ("SC105", "SC110", "SC206", "SC207", "SC208", "SC401", "SC402", "SC403")
"""Checks that rest on what is said of more than one service or task."""
_DEPLOYMENT = "DescribeServices services[].deployments[]"
_DEFINITION = "DescribeTaskDefinition taskDefinition"
_ALL = {"SC"}
SAYS = {
    f"{_DEPLOYMENT}.serviceConnectConfiguration": _ALL,  # switched off
    f"{_DEPLOYMENT}.serviceConnectConfiguration.services": _ALL,  # client only
    f"{_DEPLOYMENT}.serviceConnectConfiguration.services[].discoveryName": {"SC104", "SC2", "SC307", "SC402"},
    f"{_DEPLOYMENT}.serviceConnectConfiguration.logConfiguration": {"SC106"},
    f"{_DEPLOYMENT}.serviceConnectConfiguration.logConfiguration.options": {"SC106"},
    f"{_DEPLOYMENT}.serviceConnectResources": {"SC104", "SC402"},  # no Cloud Map service yet
    f"{_DEFINITION}.containerDefinitions[].healthCheck": {"SC107"},
    f"{_DEFINITION}.containerDefinitions[].portMappings": {"SC102", "SC114", "SC203"},
    f"{_DEFINITION}.containerDefinitions[].portMappings[].appProtocol": {"SC114"},  # TCP
    f"{_DEFINITION}.containerDefinitions[].portMappings[].name": {"SC102", "SC114", "SC203"},
    f"{_DEFINITION}.memory": {"SC108"},
    f"{_DEFINITION}.networkMode": {"SC103", "SC111", "SC202", "SC207"},  # bridge
    "DescribeTasks tasks[].availabilityZone": {"SC205"},  # ECS Anywhere
    "GetService Service.Description": {"SC104"},
    "DescribeLogGroups logGroups[].logGroupClass": {"SC106"},  # standard
}
"""Where absence is AWS's way to say something: the checks that hear it, by their ids or how these begin."""
HEALTH = "DescribeTasks tasks[].containers[].healthStatus"


@cache
def whole(fault: str) -> Found:
    return swept(fault).found()


def name(member: Member) -> str:
    return f"{member[0]} {'.'.join(member[1]).replace('.[]', '[]')}"


def changes(fault: str, odd: Mapping[Member, object]) -> dict[tuple[str, str, str], str]:
    """What is judged otherwise with these odd answers, and how. Nobody else is judged otherwise but unknown; nothing
    comes again, and nothing is a dead letter."""
    account = swept(fault, odd)
    before, after = whole(fault), account.found()
    changed = {k: after.get(k, "") for k in before.keys() | after.keys() if before.get(k) != after.get(k)}
    if not any(operation in WHOLE or len(path) == 1 for operation, path in odd):
        others = {(check, now) for (service, _, check), now in changed.items() if service != "odd"}
        assert {check for check, _ in others} <= set(OF_OTHERS) and {now for _, now in others} <= {"unknown"}
    assert (account.queue.dead, account.returned) == ([], 0)
    if not any(is_of_its_type(member, value) for member, value in odd.items()):  # what is not judged at all is told of
        assert "" not in changed.values() or account.own_failures() or says(odd)
    return changed


def says(odd: Mapping[Member, object]) -> tuple[str, ...]:
    return tuple(check for member in odd for check in SAYS.get(name(member), ()))


def held(fault: str, absent: Mapping[Member, object]) -> None:
    """With these members absent everything is judged as ever, but for what is odd: there nothing is known instead."""
    changed = changes(fault, absent)
    hear = says(absent)
    if fault == "SC302" and HEALTH in map(
        name, absent
    ):  # of no proxy that is known to be ill the start of the log is read
        hear += ("SC30",)
    assert not {k: now for k, now in changed.items() if now not in ("", "unknown") and not k[2].startswith(hear)}


@pytest.mark.parametrize("fault", ["", "reached"])
@pytest.mark.parametrize("member", MEMBERS, ids=name)
def test_J21_a_member_that_is_absent_makes_only_its_own_unknown(member: Member, fault: str) -> None:
    held(fault and REACHED[member], {member: ABSENT})


@settings(max_examples=60, deadline=None, derandomize=not LONG)
@given(fault=st.sampled_from(FAULTS), absent=st.sets(st.sampled_from(MEMBERS), min_size=2, max_size=6))
def test_J21_members_that_are_absent_together_make_only_their_own_unknown(fault: str, absent: set[Member]) -> None:
    held(fault, dict.fromkeys(absent, ABSENT))


@settings(max_examples=100, deadline=None, derandomize=not LONG)
@given(member=st.sampled_from(MEMBERS), value=st.sampled_from(sorted(VALUES)))
def test_J21_a_member_with_an_odd_value_blinds_nobody_else(member: Member, value: str) -> None:
    changed = changes(REACHED[member], {member: VALUES[value]})
    if not is_of_its_type(member, VALUES[value]):
        wrong = {k: now for k, now in changed.items() if now in ("passed", "failed", "skipped")}
        assert not {key for key in wrong if not key[2].startswith(says({member: value}))}


def test_J21_a_service_that_claims_another_cluster_blinds_nobody_else() -> None:
    member: Member = ("DescribeServices", ("services", "[]", "clusterArn"))
    changes(REACHED[member], {member: VALUES["a huge text"]})


def test_J21_what_says_something_by_its_absence_is_absent_above() -> None:
    assert SAYS.keys() <= set(map(name, MEMBERS)) and len(MEMBERS) > 120


def test_J21_of_every_read_something_is_absent_once() -> None:
    reached = {operation for operation, _ in MEMBERS}
    assert {action for action in ACTIONS if action.split(":")[1] not in reached} == ELSEWHERE.keys()
