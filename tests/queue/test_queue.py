"""scaudit's own queue: no message is larger than SQS takes."""

from typing import Any

from scaudit.queue.bodies import parse
from scaudit.queue.messages import TaskNudge, TaskNudges
from scaudit.queue.queue import LARGEST, Queue


class Sent:
    """A client that keeps what is sent."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def send_message(self, **message: Any) -> None:
        assert message["DelaySeconds"] == 60
        self.bodies.append(message["MessageBody"])


def test_more_tasks_than_fit_into_one_message_go_in_several() -> None:
    client, first_seen = Sent(), "2026-11-23T12:00:00+00:00"
    tasks = [
        TaskNudge(
            "eu-west-1",
            "prod",
            f"web-{n}",
            f"{n:032x}",
            n,
            suspected={f"SC203#{n}-{e}": first_seen for e in range(40)},
        )
        for n in range(1000)
    ]
    Queue(client, "url").send(TaskNudges(tasks), 60)
    assert len(client.bodies) > 1 and max(map(len, client.bodies)) <= LARGEST
    parts = [parse(text) for text in client.bodies]
    assert [each for part in parts if isinstance(part, TaskNudges) for each in part.nudges] == tasks
