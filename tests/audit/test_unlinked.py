"""Regions that nobody watches are found once a day, and what stood in one that was linked is closed (SC906)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scaudit.collect.aws.reads import Reads
from scaudit.model.incidents import Incident, MemberState, Phase
from scaudit.model.places import Place, Subject
from scaudit.queue.bodies import body
from scaudit.queue.messages import OwnLook
from scaudit.record import Metric
from scaudit.store.changes import IncidentChanged
from scaudit.store.items import Kept, Swept
from scaudit.store.keys import itself
from scaudit.store.linked_regions import LinkedRegions
from tests.builders import ACCOUNT, REGION
from tests.fakes.members import FAIL
from tests.fakes.stubbed import Stubbed, reads
from tests.fakes.verify_desk import SUBJECT, Desk

EAST, WEST = "us-east-1", "us-west-2"
SC906 = Subject("SC906")
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:findings"
NAMESPACE = f"arn:aws:servicediscovery:{EAST}:{ACCOUNT}:namespace/ns-1"
BEATS = {"Namespace": "scaudit", "MetricName": Metric.HEARTBEAT.value, "RecentlyActive": "PT3H"}


class Regions(Desk):
    """A stack in an account with three Regions."""

    others: dict[str, Stubbed]

    def reads(self, region: str) -> Reads:
        return reads(self.aws.clients, self.memory, self.left, self.others)

    def looks(
        self, *, linked: tuple[str, ...] = (), asked: bool = True, enabled: tuple[str, ...] = (EAST, WEST)
    ) -> None:
        """A sweep's look at itself; `asked` is whether it asks again which Regions there are."""
        self.clock.forward(900)
        self.settings = replace(self.settings, linked_regions=linked, topic=TOPIC)
        if asked:
            named = [{"RegionName": name, "RegionOptStatus": "ENABLED"} for name in (REGION, *enabled)]
            wanted = ["ENABLED", "ENABLED_BY_DEFAULT"]
            self.aws.answer("account", "list_regions", {"Regions": named}, RegionOptStatusContains=wanted)
        counts = {"SubscriptionsConfirmed": "1", "SubscriptionsPending": "0"}
        self.aws.answer("sns", "get_topic_attributes", {"Attributes": counts}, TopicArn=TOPIC)
        assert self.verify(body(OwnLook(REGION))) == []
        for each in (self.aws, *self.others.values()):
            each.all_asked()

    def has(self, region: str, *services: str) -> None:
        """The Region has a namespace, with these services (cluster/name) in it."""
        there = self.others[region]
        there.answer("servicediscovery", "list_namespaces", {"Namespaces": [{"Arn": NAMESPACE}]}, MaxResults=100)
        arns = [f"arn:aws:ecs:{region}:{ACCOUNT}:service/{name}" for name in services]
        there.answer("ecs", "list_services_by_namespace", {"serviceArns": arns}, namespace=NAMESPACE, maxResults=100)

    def has_nothing(self, region: str) -> None:
        self.others[region].answer("servicediscovery", "list_namespaces", {"Namespaces": []}, MaxResults=100)

    def beats(self, region: str, *linked: str | None) -> None:
        """The heart of a stack there, None for its own Region."""
        named = [[{"Name": "region", "Value": name}] if name else [] for name in linked]
        metrics = [{"Namespace": "scaudit", "MetricName": "Heartbeat", "Dimensions": each} for each in named]
        self.others[region].answer("cloudwatch", "list_metrics", {"Metrics": metrics}, **BEATS)

    def told(self) -> dict[str, MemberState]:
        return self.states(itself(REGION)).get(SC906, {})


@pytest.fixture
def regions(aws: Stubbed, dynamodb: Any, clock: Any) -> Iterator[Regions]:
    with Stubbed() as east, Stubbed() as west:
        desk = Regions(aws, dynamodb, clock)
        desk.settings = replace(desk.settings, include_clusters=("*",))
        desk.others = {EAST: east, WEST: west}
        yield desk


def test_a_region_with_services_that_nobody_watches_is_told_and_asked_for_once_a_day(regions: Regions) -> None:
    regions.has(EAST, "prod/web")
    regions.beats(EAST)
    regions.has_nothing(WEST)
    regions.beats(WEST)
    regions.looks()
    assert regions.told() == {EAST: MemberState.FAIL}
    (member,) = regions.ledger.members(itself(REGION), SC906)
    assert member.sentence.startswith("Region us-east-1 has services in Service Connect, prod/web for one")
    (record,) = regions.records("regions")
    assert (record["unwatched"], record["unknown"], record["regions"]) == (["us-east-1 prod/web"], [], 2)
    for _ in range(3):
        regions.looks(asked=False)
    assert regions.told() == {EAST: MemberState.FAIL} and len(regions.records("regions")) == 1
    regions.clock.forward(timedelta(days=1).total_seconds())
    regions.has(EAST)
    regions.has_nothing(WEST)
    regions.looks()
    assert regions.told() == {}, "its services are gone"


def test_a_region_that_is_linked_since_is_told_no_more(regions: Regions) -> None:
    regions.has(EAST, "prod/web")
    regions.beats(EAST)
    regions.has_nothing(WEST)
    regions.beats(WEST)
    regions.looks()
    regions.looks(linked=(EAST,), asked=False)
    assert regions.told() == {}


@pytest.mark.parametrize(("where", "beats"), [(EAST, None), (WEST, EAST)])
def test_a_region_that_another_scaudit_watches_is_not_told(regions: Regions, where: str, beats: str | None) -> None:
    regions.has(EAST, "prod/web")
    for region in (EAST, WEST)[: 2 if where == WEST else 1]:
        regions.beats(region, *([beats] if region == where else []))
    regions.has_nothing(WEST)
    regions.looks()
    assert regions.told() == {} and regions.records("regions")[0]["unwatched"] == []


def test_that_another_one_lives_where_it_does_not_watch_this_region_changes_nothing(regions: Regions) -> None:
    regions.has(EAST, "prod/web")
    regions.beats(EAST)
    regions.beats(WEST, None, "eu-west-1")
    regions.has_nothing(WEST)
    regions.looks()
    assert regions.told() == {EAST: MemberState.FAIL}


def test_clusters_that_are_not_included_do_not_count(regions: Regions) -> None:
    regions.settings = replace(regions.settings, include_clusters=("prod-*",))
    regions.has(EAST, "dev/web")
    regions.has_nothing(WEST)
    regions.looks()
    assert regions.told() == {}


def test_a_region_that_may_not_be_read_is_recorded_and_no_fault(regions: Regions) -> None:
    """An organisation may well close Regions."""
    regions.others[EAST].refuse("servicediscovery", "list_namespaces", "AccessDeniedException")
    regions.has(WEST)
    regions.looks()
    (record,) = regions.records("regions")
    assert record["unknown"] == ["us-east-1: servicediscovery:ListNamespaces is refused (AccessDeniedException): no"]
    assert regions.states(itself(REGION)) == {}
    regions.looks(asked=False)
    assert len(regions.records("regions")) == 1, "it is asked again tomorrow"


def test_a_region_that_does_not_answer_is_asked_again_and_proves_nothing(regions: Regions) -> None:
    regions.has(EAST, "prod/web")
    regions.beats(EAST)
    regions.has_nothing(WEST)
    regions.beats(WEST)
    regions.looks()
    regions.clock.forward(timedelta(hours=23).total_seconds())
    regions.looks(asked=False)
    regions.clock.forward(timedelta(hours=1).total_seconds())
    regions.others[EAST].refuse("servicediscovery", "list_namespaces", "ServiceUnavailable")
    regions.has_nothing(WEST)
    regions.looks()
    assert regions.told() == {EAST: MemberState.FAIL}
    regions.has(EAST)
    regions.looks(asked=False)
    assert regions.told() == {}


def test_that_the_regions_may_not_be_listed_is_told(regions: Regions) -> None:
    regions.aws.refuse("account", "list_regions", "AccessDeniedException")
    regions.looks(asked=False)
    assert Subject("SC902", "account:ListRegions") in regions.states(itself(REGION))


def test_regions_for_which_there_is_no_time_wait_for_the_next_sweep(regions: Regions) -> None:
    regions.left = lambda: 40.0
    regions.looks()
    assert regions.records("regions") == []
    regions.left = lambda: 100.0
    regions.has_nothing(EAST)
    regions.has_nothing(WEST)
    regions.looks(asked=False)
    assert len(regions.records("regions")) == 1


def test_in_a_partition_that_cannot_link_nobody_asks(regions: Regions) -> None:
    regions.settings = replace(regions.settings, topic=f"arn:aws-us-gov:sns:{REGION}:{ACCOUNT}:findings")
    counts = {"SubscriptionsConfirmed": "1", "SubscriptionsPending": "0"}
    regions.aws.answer("sns", "get_topic_attributes", {"Attributes": counts}, TopicArn=regions.settings.topic)
    assert regions.verify(body(OwnLook(REGION))) == []


def stands(regions: Regions, place: Place, subject: Subject = SUBJECT) -> None:
    regions.ledger.record(place, subject, replace(FAIL, observed_at=regions.clock()))
    noticed = Incident(Phase.OPEN, 1, FAIL.observed_at, noticed_at=FAIL.observed_at)
    regions.ledger.save(IncidentChanged(place, subject), Kept(noticed, 1))


def test_what_stands_in_a_region_that_is_no_longer_linked_is_closed_with_that_reason(regions: Regions) -> None:
    service, namespace, own = Place(EAST, "prod", "web"), Place(EAST, "", "ns-1"), itself(EAST)
    regions.has_nothing(WEST)
    regions.looks(linked=(EAST,))
    for place, subject in ((service, SUBJECT), (namespace, Subject("SC208")), (own, Subject("SC902", "ecs:ListTasks"))):
        stands(regions, place, subject)
    regions.ledger.swept(EAST, Swept("prod", 1, 1, 1, ("SC203",), regions.clock()))
    at_home = Place(REGION, "prod", "web")
    stands(regions, at_home)
    regions.aws.answer("ecs", "describe_clusters", {"clusters": []}, clusters=["prod"], include=["TAGS"])
    regions.has_nothing(EAST)
    regions.looks(asked=False)
    for place in (service, namespace, own):
        ((members),) = [[m for s in regions.ledger.standing(place).values() for m in s.values()]]
        assert [m.sentence for m in members] == [], place
    closed = [m for m in regions.ledger.members(service, SUBJECT) if m.state is MemberState.CLOSED]
    assert [m.closed_because for m in closed] == ["Region us-east-1 is no longer linked"]
    assert regions.states(at_home) != {}
    touched = regions.touches()
    assert {f"{service.key} touch#{SUBJECT.key}", f"{namespace.key} touch#SC208#-"} <= touched
    assert LinkedRegions(regions.edges.table).known(REGION) == {EAST}, "until it is all over"


def test_a_region_in_which_nothing_stood_is_forgotten_at_once(regions: Regions) -> None:
    regions.has_nothing(WEST)
    regions.looks(linked=(EAST,))
    assert LinkedRegions(regions.edges.table).known(REGION) == {EAST}
    regions.has_nothing(EAST)
    regions.looks(asked=False)
    assert LinkedRegions(regions.edges.table).known(REGION) == set()


def test_odd_answers_about_regions_tell_of_themselves_and_prove_nothing(regions: Regions) -> None:
    wanted = ["ENABLED", "ENABLED_BY_DEFAULT"]
    regions.aws.answer("account", "list_regions", {"Regions": [{}]}, RegionOptStatusContains=wanted)
    regions.looks(asked=False)
    assert Subject("SC901", "account:ListRegions") in regions.states(itself(REGION)) and regions.told() == {}
    regions.has(EAST, "prod/web")
    regions.others[EAST].answer("cloudwatch", "list_metrics", {}, **BEATS)
    regions.has_nothing(WEST)
    regions.looks()
    (record,) = regions.records("regions")
    assert regions.told() == {} and "cloudwatch:ListMetrics answered" in record["unknown"][0]
