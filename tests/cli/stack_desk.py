"""A stack as the commands ask it: its table, dead letters and parameters, which a test fills."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import boto3
import pytest

from scaudit.announce.pool import Pool
from scaudit.announce.words.announcement import Announcement
from scaudit.model import Severity
from scaudit.model.incidents import Incident, Member, MemberState, Phase
from scaudit.model.places import Place, Subject
from scaudit.store.changes import CanaryPassed, Digest, IncidentChanged
from scaudit.store.items import Kept, Swept
from scaudit.store.ledger import Ledger
from scaudit.store.table import Table
from scaudit_cli.deployed import Deployed
from tests.builders import ACCOUNT, REGION
from tests.fakes.stubbed import TABLE

WEB = Place(REGION, "tutorial", "web")
PORT, ADDRESS, HEALTH = Subject("SC203", "nginx"), Subject("SC202", "nginx"), Subject("SC302")


def waits(table: Table, place: Place, subject: Subject, at: datetime, digest: Digest = Digest.BASELINE) -> None:
    """The opening of an incident waits for its digest."""
    data = {"state": "open", "ecs_cluster": place.cluster}
    told = Announcement("m1", "it opened", "", data, digest=digest)
    Pool(table).add(IncidentChanged(place, subject), Incident(episode=1), told, at)


class StackDesk:
    """A stack whose table, dead letters and parameters a test fills; it was just swept, and its heart beats. The module
    of a `command` finds it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, dynamodb: Any, command: ModuleType) -> None:
        self.now, self.dynamodb = datetime.now(UTC), dynamodb
        self.ledger = Ledger(Table(dynamodb, TABLE))
        self.sqs = boto3.client("sqs", region_name=REGION)
        self.dead = self.sqs.create_queue(QueueName="dead")["QueueUrl"]
        outputs = {
            "TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts",
            "DeadLetterQueueUrl": self.dead,
            "TableName": TABLE,
            "SweepFunctionName": "sweep-1",
        }
        self.created: datetime | None = None
        self.parameters: dict[str, str] = {}
        clients = {"dynamodb": dynamodb, "sqs": self.sqs}
        monkeypatch.setattr(
            command,
            "find",
            lambda stack, *_: Deployed(outputs, clients.__getitem__, stack, self.parameters, self.created),
        )
        self.swept()
        self.ledger.touch(CanaryPassed(REGION), self.now)

    def swept(self, cluster: str = "tutorial", ago: float = 0, **counts: int) -> None:
        """A sweep went through a cluster so many minutes ago."""
        known = {"services": 2, "tasks": 3, "verified": 3} | counts
        self.ledger.swept(REGION, Swept(cluster, checks=(), at=self.now - timedelta(minutes=ago), **known))

    def fails(self, subject: Subject, *ids: str, place: Place = WEB, told: bool = True, **about: Any) -> None:
        """Tasks fail under this subject since an hour, and users are told or not."""
        since = self.now - timedelta(hours=1)
        member = Member("", MemberState.FAIL, since, Severity.CRITICAL, "registered port is 9999, expected 80")
        for each in ids:
            self.ledger.record(place, subject, replace(member, id=each, **about))
        if told:
            self.opens(subject, place, since)

    def opens(self, subject: Subject, place: Place, since: datetime, phase: Phase = Phase.OPEN, **about: Any) -> None:
        """An incident, of which users were told at once."""
        known = {"told": 1, "told_at": since, "noticed_at": since, "severity": Severity.CRITICAL} | about
        incident = Incident(phase, 1, since, **known)
        assert self.ledger.save(IncidentChanged(place, subject), Kept(incident, 1))
