"""One verify function's surroundings, on stubbed ECS and Cloud Map, and moto's table and queues."""

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

import boto3

from scaudit.audit.batch import verify
from scaudit.audit.context import Edges
from scaudit.collect.aws.reads import Reads
from scaudit.model.incidents import Member, MemberState
from scaudit.model.places import Place, Subject
from scaudit.model.service_states import JUDGED
from scaudit.queue.bodies import body
from scaudit.queue.messages import ClusterPage, ServiceLook, TaskNudge
from scaudit.queue.queue import Queue
from scaudit.settings import VerifySettings
from scaudit.store.ledger import Ledger
from scaudit.store.memory import Memory
from scaudit.store.table import Table
from tests.builders import REGION
from tests.fakes import answers
from tests.fakes.laid_out import describes, finds, lists
from tests.fakes.schemas import Described
from tests.fakes.stubbed import TABLE, Clock, Stubbed, reads

PLACE, SUBJECT = Place(REGION, "tutorial", "web"), Subject("SC203", "nginx")
GHOST = Subject("SC206", "nginx")


class Impatient(Queue):
    """The queue with its delays noted instead of waited for."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.delays: list[int] = []

    def send(self, message: Any, delay: int = 0) -> None:
        self.delays.append(delay)
        super().send(message)


class Desk:
    """One verify function's surroundings: stubbed ECS and Cloud Map, moto's table and queues."""

    def __init__(self, aws: Stubbed, dynamodb: Any, clock: Clock) -> None:
        self.aws, self.dynamodb, self.clock = aws, dynamodb, clock
        self.sqs = boto3.client("sqs", region_name=REGION)
        self.url, self.dead = (self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("queue", "dead"))
        self.ledger = Ledger(Table(dynamodb, TABLE))
        for n in range(4):  # what these tests are about is not their logs
            self.ledger.mark_logs({(PLACE, answers.task_id(n)): JUDGED}, clock())
        self.written: list[Mapping[str, Any]] = Described("record")
        self.memory = Memory(REGION, None, clock)
        self.left: Callable[[], float] = lambda: inf
        self.queue = Impatient(self.sqs, self.url, self.dead)
        self.edges = Edges(Table(dynamodb, TABLE), self.ledger, self.queue, clock, self.written.append)
        self.settings = VerifySettings(
            REGION, TABLE, self.url, self.dead, 1.0, 60, 900, ("tutorial", "prod-*"), 5, "arn:topic"
        )

    def verify(self, *bodies: str) -> list[str]:
        records = [{"messageId": str(n), "body": text} for n, text in enumerate(bodies)]
        return verify(records, self.reads, self.edges, self.settings)

    def reads(self, region: str) -> Reads:
        """Only the stack's own Region is there."""
        assert region == REGION
        return reads(self.aws.clients, self.memory, self.left)

    def sent(self, url: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while got := self.sqs.receive_message(
            QueueUrl=url or self.url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=900
        ).get("Messages"):
            found += got
        return found

    def records(self, kind: str = "task") -> list[Mapping[str, Any]]:
        return [record for record in self.written if record["record"] == kind]

    def states(self, place: Place = PLACE) -> dict[Subject, dict[str, MemberState]]:
        found = self.ledger.standing(place)
        return {subject: {id: member.state for id, member in members.items()} for subject, members in found.items()}

    def describes(self, *numbers: int, **changes: Any) -> None:
        describes(self.aws, *(answers.task(n, **changes) for n in numbers))

    def knows_the_service(self, **changes: Any) -> None:
        answer = {"services": [answers.service(**changes)]}
        self.aws.answer("ecs", "describe_services", answer, cluster="tutorial", services=["web"], include=["TAGS"])

    def knows_the_definition(self) -> None:
        arn = answers.task_definition()["taskDefinitionArn"]
        answer = {"taskDefinition": answers.task_definition()}
        self.aws.answer("ecs", "describe_task_definition", answer, taskDefinition=arn)

    def registers(self, n: int = 0, **changes: str) -> None:
        answer = {"Instance": {"Id": answers.task_id(n), "Attributes": answers.attributes(n, **changes)}}
        parameters = {"ServiceId": "srv-nginx", "InstanceId": answers.task_id(n)}
        self.aws.answer("servicediscovery", "get_instance", answer, **parameters)

    def finds(self, *registered: int, **changes: str) -> None:
        """What clients discover of the service."""
        self.aws.answer("servicediscovery", "get_namespace", answers.namespace(), Id="ns-vdpucf3aztj23ecw")
        finds(self.aws, *registered, **changes)

    def lists(self, *numbers: int) -> None:
        lists(self.aws, *numbers)

    def lists_none(self) -> None:
        """None is listed, and by then ECS counts none either."""
        self.lists()
        answer = {"services": [answers.service() | {"runningCount": 0}]}
        self.aws.answer("ecs", "describe_services", answer, cluster="tutorial", services=["web"], include=["TAGS"])

    def looks_around(self, *, leaves: bool = True) -> None:
        """What stands around the service and, once its registrations were read, in its namespace."""
        self.knows_the_definition()
        self.aws.answer("servicediscovery", "get_service", answers.cloud_map_service(), Id="srv-nginx")
        if leaves:
            self.leaves()

    def leaves(self, *services: dict[str, Any]) -> None:
        """What Cloud Map has in the namespace of the service."""
        mine = [{"Name": "NAMESPACE_ID", "Values": ["ns-vdpucf3aztj23ecw"], "Condition": "EQ"}]
        listed = {"Services": list(services)}
        self.aws.answer("servicediscovery", "list_services", listed, Filters=mine, MaxResults=100)

    def sees(self, *, first: bool = False, confirms: bool = False, **registered: str) -> None:
        """One look at task 0 and, when what was suspected before is seen again, the confirming one."""
        self.describes(0)
        self.knows_the_service()
        if first:
            self.knows_the_definition()
        self.registers(**registered)
        if confirms:
            self.registers(**registered)
            self.describes(0)

    def looks_in_full(self) -> None:
        """One look at the service, whose only task is 0."""
        self.knows_the_service()
        self.finds(0)
        self.describes(0)
        self.looks_around()

    def fails(self, n: int = 0, subject: str = SUBJECT) -> None:
        """Task n is on record as failing."""
        member = Member(answers.task_id(n), MemberState.FAIL, self.clock(), task_created_at=self.clock())
        self.ledger.record(PLACE, subject, member)
        self.clock.forward(1)

    def touches(self) -> set[str]:
        """What notify was asked to look at."""
        keys = [(item["pk"]["S"], item["sk"]["S"]) for item in self.dynamodb.scan(TableName=TABLE)["Items"]]
        return {f"{pk} {sk}" for pk, sk in keys if "touch" in sk}


def nudge(n: int = 0, **changes: Any) -> str:
    return body(TaskNudge(REGION, "tutorial", "web", answers.task_id(n), **{"version": 5, **changes}))


def service_look() -> str:
    return body(ServiceLook(REGION, "tutorial", "web"))


def page(**changes: Any) -> str:
    return body(ClusterPage(REGION, "tutorial", **changes))
