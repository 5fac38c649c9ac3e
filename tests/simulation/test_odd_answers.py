"""One odd answer blinds nobody else (J21): whatever AWS's models let be absent is absent once."""

from collections.abc import Collection
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulation.odd_answers import Found, Member, members, swept

FAULTS = ("", "SC201", "SC203")
MEMBERS = members("SC203")
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
}
"""Where absence is AWS's way to say something: the checks that hear it, by their ids or how these begin."""


@cache
def whole(fault: str) -> Found:
    return swept(fault).found()


def name(member: Member) -> str:
    return f"{member[0]} {'.'.join(member[1]).replace('.[]', '[]')}"


def held(fault: str, absent: Collection[Member]) -> None:
    """With these members absent everything is judged as ever, but for what is odd: there nothing is known instead.
    Nothing comes again, nothing is a dead letter, and what is not judged at all is told of."""
    account = swept(fault, absent)
    before, after = whole(fault), account.found()
    changed = {k: after.get(k, "") for k in before.keys() | after.keys() if before.get(k) != after.get(k)}
    says = tuple(check for member in absent for check in SAYS.get(name(member), ()))
    assert {service for service, _, _ in changed} <= {"odd"}
    assert not {key: now for key, now in changed.items() if now not in ("", "unknown") and not key[2].startswith(says)}
    assert (account.queue.dead, account.returned) == ([], 0)
    assert says or "" not in changed.values() or account.own_failures()


@pytest.mark.parametrize("fault", ["", "SC203"])
@pytest.mark.parametrize("member", MEMBERS, ids=name)
def test_J21_a_member_that_is_absent_makes_only_its_own_unknown(member: Member, fault: str) -> None:
    held(fault, [member])


@settings(max_examples=60, deadline=None)
@given(fault=st.sampled_from(FAULTS), absent=st.sets(st.sampled_from(MEMBERS), min_size=2, max_size=6))
def test_J21_members_that_are_absent_together_make_only_their_own_unknown(fault: str, absent: set[Member]) -> None:
    held(fault, absent)


def test_J21_what_says_something_by_its_absence_is_absent_above() -> None:
    assert SAYS.keys() <= set(map(name, MEMBERS)) and len(MEMBERS) > 90
