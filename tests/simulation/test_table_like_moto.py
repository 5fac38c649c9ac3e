"""The simulated table does what DynamoDB does, as far as moto knows it: the same answers, items and changes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
from botocore.config import Config
from hypothesis import Phase as Phases
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from scaudit.announce.pool import BUDGET, Entry, Fate, Pool, key_of
from scaudit.announce.words.announcement import Announcement
from scaudit.model import Severity
from scaudit.model.incidents import Incident, Member, MemberState, Phase
from scaudit.model.places import Place, Subject
from scaudit.model.service_states import GONE, JUDGED
from scaudit.store.changes import Digest, IncidentChanged
from scaudit.store.items import Kept, Swept
from scaudit.store.keys import member
from scaudit.store.ledger import Ledger
from scaudit.store.table import Table
from tests.builders import NOW, REGION
from tests.contracts.deployed import properties
from tests.simulation.clock import Clock
from tests.simulation.dynamodb import Change, DynamoDB
from tests.simulation.runs import Line

TABLE = "ledger"
PLACES = st.sampled_from([Place(REGION, "tutorial", name) for name in ("web", "web2")])
SUBJECTS = st.sampled_from([Subject("SC203", "nginx"), Subject("SC203", "nginx-2"), Subject("SC102")])
INCIDENTS = st.builds(IncidentChanged, PLACES, SUBJECTS)
TASKS = st.sampled_from(["a", "b"])
MOMENTS = st.integers(0, 4).map(lambda n: NOW + timedelta(seconds=n))
MEMBERS = st.builds(
    Member,
    id=TASKS,
    state=st.sampled_from(MemberState),
    observed_at=MOMENTS,
    severity=st.sampled_from(Severity),
    sentence=st.sampled_from(["", "registered port is 9999"]),
    suppressed=st.booleans(),
    baseline=st.booleans(),
    task_created_at=st.none() | MOMENTS,
)
KEPT = st.builds(
    Kept,
    st.builds(
        Incident,
        st.sampled_from(Phase),
        st.integers(0, 2),
        MOMENTS,
        told=st.integers(0, 2),
        noticed_at=st.none() | MOMENTS,
        severity=st.sampled_from(Severity),
        baseline=st.booleans(),
    ),
    st.integers(1, 4),
    st.sampled_from(["", "{}"]),
    st.none() | MOMENTS,
)
DIGESTS = [Digest.OVERFLOW, Digest.BASELINE]
TOLD = st.builds(
    Announcement,
    id=TASKS,
    subject=st.just("tutorial/web: registered port is 9999"),
    text=st.just(""),
    data=st.just({"state": "open", "count": 3, "none": None}),
    digest=st.sampled_from(DIGESTS),
)
ENTRIES = st.builds(
    lambda of, told: Entry(key_of(of, told), of, told.digest, told.id, 1, 0, "open", Fate.WAITING, NOW, {}),
    INCIDENTS,
    TOLD,
)
SWEPT = st.builds(Swept, st.just("tutorial"), st.integers(0, 9), st.just(9), st.just(9), st.just(("SC203",)), MOMENTS)
CALLS: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
    "record": (PLACES, SUBJECTS, MEMBERS),
    "lose": (PLACES, SUBJECTS, TASKS, MOMENTS),
    "close": (PLACES, SUBJECTS, TASKS, st.just("service deleted"), MOMENTS),
    "settle": (PLACES, SUBJECTS, MEMBERS, MOMENTS),
    "save": (INCIDENTS, KEPT),
    "touch": (INCIDENTS, MOMENTS),
    "chain": (PLACES, TASKS, st.sampled_from(["one", "two"]), MOMENTS, MOMENTS),
    "end_chain": (PLACES, TASKS, st.sampled_from(["one", "two"]), MOMENTS),
    "standing": (PLACES,),
    "restless": (PLACES,),
    "members": (PLACES, SUBJECTS),
    "incident": (PLACES, SUBJECTS),
    "standing_services": (st.just(REGION), st.just("tutorial")),
    "open_incidents": (st.just(REGION),),
    "swept": (st.just(REGION), SWEPT),
    "estate": (st.just(REGION),),
    "mark_logs": (st.dictionaries(st.tuples(PLACES, TASKS), st.sampled_from([JUDGED, GONE])), MOMENTS),
    "logs_read": (st.lists(st.tuples(PLACES, TASKS), min_size=1),),
}
OF_THE_STORM: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
    "spend": (st.just(REGION), MOMENTS),
    "add": (INCIDENTS, st.just(Incident(episode=1)), TOLD, MOMENTS),
    "of": (INCIDENTS,),
    "waiting": (st.just(REGION), st.sampled_from([None, *DIGESTS])),
    "take": (st.just(REGION), ENTRIES, st.sampled_from([Fate.TAKEN, Fate.ALONE, Fate.MOOT]), MOMENTS),
    "said": (st.just(REGION), st.lists(ENTRIES.map(lambda entry: entry.key)), MOMENTS),
}
BELOW: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
    "fetch": (
        st.lists(st.tuples(PLACES.map(lambda place: place.key), st.builds(member, SUBJECTS, TASKS)), min_size=1),
    ),
}


def calls() -> st.SearchStrategy[tuple[int, str, tuple[Any, ...]]]:
    """Which of the three, the name of its method, and what it is given."""
    all = [
        (who, name, given) for who, calls in enumerate((CALLS, OF_THE_STORM, BELOW)) for name, given in calls.items()
    ]
    return st.one_of([st.tuples(st.just(who), st.just(name), st.tuples(*given)) for who, name, given in all])


class Moto:
    """moto's table, with the keys, index and stream of the template."""

    def __init__(self) -> None:
        self.client = boto3.client("dynamodb", region_name=REGION)
        names = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
        stream = {"StreamEnabled": True, **properties("Table")["StreamSpecification"]}
        told = {name: properties("Table")[name] for name in names}
        self.arn = self.client.create_table(TableName=TABLE, StreamSpecification=stream, **told)["TableDescription"][
            "LatestStreamArn"
        ]

    def items(self) -> list[Any]:
        return sorted(self.client.scan(TableName=TABLE)["Items"], key=lambda item: (item["pk"]["S"], item["sk"]["S"]))

    def changes(self) -> list[Any]:
        """The new images on the stream. moto also reports writes that change nothing, and of an update that makes an
        item first the bare key."""
        # moto 5.2.5 knows no host with an account in it, which botocore takes from 1.44 on.
        plain = Config(account_id_endpoint_mode="disabled")
        streams = boto3.client("dynamodbstreams", region_name=REGION, config=plain)
        (shard,) = streams.describe_stream(StreamArn=self.arn)["StreamDescription"]["Shards"]
        where = {"StreamArn": self.arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        begin = streams.get_shard_iterator(**where)["ShardIterator"]
        told = [record["dynamodb"] for record in streams.get_records(ShardIterator=begin)["Records"]]
        changed = [change for change in told if change.get("OldImage") != change.get("NewImage")]
        return [change["NewImage"] for change in changed if len(change.get("NewImage", ())) > len(change["Keys"])]


@settings(max_examples=15, deadline=None, derandomize=True, phases=[Phases.generate])
@given(st.lists(calls(), min_size=10, max_size=40))
def test_the_same_answers_items_and_changes(wanted: list[tuple[int, str, tuple[Any, ...]]]) -> None:
    clock, changes = Clock(NOW), list[Change]()
    fake = DynamoDB(Line(clock), changes.append)
    with mock_aws():
        moto = Moto()
        both = [(Ledger(table), Pool(table), table) for table in (Table(fake, TABLE), Table(moto.client, TABLE))]
        for who, name, given in wanted:
            clock.forward(3)  # so that the index has caught up
            ours, theirs = (_listed(getattr(one[who], name)(*given)) for one in both)
            assert ours == theirs, name
        assert [fake.items[key] for key in sorted(fake.items)] == moto.items()
        assert [change.after for change in changes if change.after] == moto.changes()


def _listed(answer: object) -> object:
    """DynamoDB answers for many keys in any order."""
    return sorted(answer, key=lambda item: (item["pk"], item["sk"])) if isinstance(answer, Iterator) else answer


def test_pages_are_read_to_the_last_one() -> None:
    ledger = Ledger(Table(DynamoDB(Line(Clock(NOW)), lambda change: None), TABLE))
    for n in range(250):
        ledger.record(Place(REGION, "tutorial", "web"), Subject("SC203", "nginx"), replace(_FAIL, id=f"{n:03d}"))
    assert len(ledger.members(Place(REGION, "tutorial", "web"), Subject("SC203", "nginx"))) == 250


def test_the_budget_is_spent_alike() -> None:
    pool = Pool(Table(DynamoDB(Line(Clock(NOW)), lambda change: None), TABLE))
    assert [pool.spend(REGION, NOW) for _ in range(BUDGET + 1)] == [True] * BUDGET + [False]


_FAIL = Member("a", MemberState.FAIL, NOW, Severity.ERROR, "registered port is 9999")
