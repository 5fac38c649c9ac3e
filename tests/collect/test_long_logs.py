"""Of logs that are too long to be read whole each has its turn to be gone through all the same."""

from collections import Counter
from datetime import timedelta
from typing import Any

from scaudit.collect.aws.logs import MOST_LOG_PAGES
from scaudit.collect.proxy_logs import MOST_ENDS, proxy_logs
from scaudit.model import LogTarget
from scaudit.proxylog import Outcome, ProxyStart
from tests.builders import NOW, REGION
from tests.fakes import answers
from tests.fakes.logged import transcript
from tests.fakes.stubbed import Stubbed

TARGET = LogTarget("awslogs", "/ecs/proxy", REGION, "proxy")
REJECTED = transcript("05-lds-rejected-ingress.log")
MANY = 25


def wanted() -> dict[str, Any]:
    from scaudit.collect.aws.answers import task_of

    proxy = {"name": answers.PROXY, "lastStatus": "RUNNING", "healthStatus": "HEALTHY"}
    tasks = [task_of(answers.task(n, containers=[proxy])) for n in range(MANY)]
    return {task.id: (task, TARGET) for task in tasks}


class Logs:
    """Every log begins with a rejection, and has no end."""

    def __init__(self) -> None:
        self.asked = Counter[str]()
        self.gone_through = set[str]()

    def get_log_events(self, **asked: Any) -> dict[str, Any]:
        name = asked["logStreamName"].rsplit("/", 1)[-1]
        page = int(asked.get("nextToken", "0"))
        self.asked[name] += 1
        if not asked["startFromHead"]:
            self.gone_through.add(name)
        first = asked["startFromHead"] and not page
        at = 1000 + page if asked["startFromHead"] else 10**13 - page
        events = [{"timestamp": at, "message": line} for line in (REJECTED if first else ["x"])]
        further = str(page + 1)
        return {"events": events, "nextForwardToken": further, "nextBackwardToken": further}

    def filter_log_events(self, **asked: Any) -> dict[str, Any]:
        for name in asked["logStreamNames"] if "filterPattern" in asked else ():
            self.asked[name.rsplit("/", 1)[-1]] += 1
        return {"events": [], "nextToken": "more"}


def test_each_has_its_turn(aws: Stubbed) -> None:
    logs, turns = Logs(), Counter[str]()
    aws.clients["logs"].get_log_events = logs.get_log_events  # type: ignore[attr-defined]
    aws.clients["logs"].filter_log_events = logs.filter_log_events  # type: ignore[attr-defined]
    for look in range(20):
        logs.asked.clear()
        logs.gone_through.clear()
        found = proxy_logs(aws.reads, "tutorial", REGION, wanted(), NOW + look * timedelta(minutes=15), ())
        assert all(isinstance(log, ProxyStart) and log.verdict is Outcome.DEGRADED for log in found.values())
        assert len(logs.gone_through) == MOST_ENDS
        assert max(logs.asked.values()) <= 3 * MOST_LOG_PAGES
        turns.update(logs.gone_through)
    assert len(turns) == MANY and max(turns.values()) < 16, turns
