"""What the checks say of a proxy's log alone: as of a task that runs and that ECS calls HEALTHY."""

from datetime import UTC, datetime

from scaudit.checks import CATALOGUE
from scaudit.checks.check import Area, Verdict, run
from scaudit.checks.facts import Facts
from scaudit.judge.proxy import facts_of_proxy
from scaudit.model import Task
from scaudit.model.answers import NOT_COLLECTED
from scaudit.model.seen import Seen
from scaudit.proxylog import ProxyStart

_LONG_AGO = datetime(2022, 11, 27, tzinfo=UTC)
"""Service Connect's first day: for a log that tells no time."""


def judge_log(log: ProxyStart) -> list[Verdict]:
    """Every check of the proxy. What needs more than the log (SC301, SC307) is unknown."""
    began = log.first_at or _LONG_AGO
    task = Task(
        arn="-",
        cluster="-",
        service="-",
        deployment_id="",
        task_definition="",
        last_status="RUNNING",
        desired_status="RUNNING",
        version=0,
        created_at=began,
        started_at=began,
        proxy_health="HEALTHY",
    )
    seen = Seen(task, NOT_COLLECTED, NOT_COLLECTED, began, log=log)
    facts = Facts(**facts_of_proxy(seen, 1))
    asked = [check for check in CATALOGUE if check.area is Area.PROXY]
    return [run(check, facts, member="-", began=began, now=began, scale=0) for check in asked]
