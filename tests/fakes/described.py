"""Descriptions of the service of the builders: one that has everything, and one of which nothing could be read."""

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from scaudit.checks import BY_ID
from scaudit.checks.check import Trigger, Verdict
from scaudit.collect.services import Whole
from scaudit.judge.rules import Rules
from scaudit.judge.services import judge_service
from scaudit.model import Severity, Status, Unread
from scaudit.model.incidents import Member, MemberState
from scaudit.model.places import Place, Subject
from scaudit.model.seen import ServiceSeen
from scaudit.proxylog import Line
from scaudit.store.items import Swept
from scaudit.store.overview import Overview, Problem, Undecided
from scaudit_cli.ask.status import Status as StackStatus
from scaudit_cli.describe import json as as_json
from scaudit_cli.describe import text as as_text
from scaudit_cli.describe.clients import Clients
from scaudit_cli.describe.description import Description
from scaudit_cli.map.callers import Caller, Callers
from scaudit_cli.output.finding import Judged
from scaudit_cli.output.report import report_of
from tests.builders import ACCOUNT, HEALTHY, NOW, PROXY_LOG, REGION, REGISTERED, SERVICE, TASK, TASK_ID, WEB

PLACE = Place(REGION, "tutorial", "web")
GONE, DARK, COMING = "f" * 32, "e" * 32, "d" * 32
DENIED = Unread("ecs:DescribeServices is refused", action="ecs:DescribeServices")
LOG = replace(
    PROXY_LOG, evidence=(Line(3, "starting workers"),), ready_at=NOW - timedelta(minutes=20), seconds_to_ready=1.5
)
UNDECIDED = Undecided("tutorial/web", Status.PENDING, 1, 0, ("SC201",))
WRONG = Verdict(BY_ID["SC203"], TASK_ID, "nginx", Status.FAIL, "registered port is 9999, expected 80", Severity.ERROR)


def described(**changes: Any) -> Description:
    """A service with a wrong port, a registration of a task that is gone, tasks that could not be described or do not
    run yet, clients of every kind, and a problem on record; with something changed."""
    wrong = {"nginx": replace(REGISTERED["nginx"], port="9999"), "web-admin": REGISTERED["web-admin"]}
    registered: Mapping[str, Any] = {
        "nginx": {
            TASK_ID: wrong["nginx"],
            GONE: replace(REGISTERED["nginx"], id=GONE, deployment="task-set/tutorial/web/ecs-svc/old"),
            DARK: Unread("odd"),
        },
        "web-admin": Unread("servicediscovery:DiscoverInstances is refused"),
    }
    coming = replace(TASK, arn=TASK.arn.replace(TASK_ID, COMING), last_status="PENDING", started_at=None)
    tasks = {TASK_ID: TASK, GONE: None, DARK: Unread("ecs:DescribeTasks is refused"), COMING: coming}
    judged = Judged(
        "tutorial",
        "web",
        [WRONG],
        region=REGION,
        account=ACCOUNT,
        whole=Whole(SERVICE, registered, tasks),
        around=WEB,
        tasks={TASK_ID: replace(HEALTHY, registrations=wrong, log=LOG)},
    )
    known = {
        "judged": judged,
        "report": report_of([judged], at=NOW, account=ACCOUNT, regions=(REGION,)),
        "clients": Clients(
            {
                "nginx": Callers(
                    (
                        Caller("tutorial/early", stale=True),
                        Caller("tutorial/late", calls=True),
                        Caller("tutorial/mute", named=False, calls=True),
                        Caller("tutorial/some", certain=False, stale=None),
                    ),
                    "1 of 6 task definitions were not looked into",
                ),
                "web-admin": Callers(),
            },
            ["endpoint orders of tutorial/orders"],
        ),
        "record": on_record(),
        "verified": ["last verified 2026-11-23 12:00 UTC: pass; 2 checks passed"] if "task" in changes else [],
    }
    return Description(PLACE, **known | changes)


def on_record() -> StackStatus:
    """A stack that knows of the wrong port."""
    member = Member(TASK_ID, MemberState.FAIL, NOW, Severity.CRITICAL, WRONG.sentence, since=NOW)
    problem = Problem(PLACE, Subject("SC203", "nginx"), 1, (member,))
    region = Overview(REGION, (Swept("tutorial", 2, 3, 3, (), NOW),), problems=(problem,), undecided=(UNDECIDED,))
    return StackStatus("scaudit", ACCOUNT, NOW, (region,), 0, "error", frozenset())


def blind() -> Description:
    """Nothing could be read, and there is no stack."""
    unseen = ServiceSeen(DENIED, DENIED)
    judged = Judged("tutorial", "web", judge_service(unseen, Trigger.AUDIT, NOW, Rules()), region=REGION, around=unseen)
    report = report_of([judged], at=NOW, regions=(REGION,))
    return Description(PLACE, judged, report, clients=Clients(DENIED), record="no stack scaudit in ap-northeast-1")


def on_page(shown: Description) -> str:
    """The page for people."""
    out = io.StringIO()
    as_text.write(shown, out)
    return out.getvalue()


def for_machines(shown: Description) -> dict[str, Any]:
    """The JSON."""
    out = io.StringIO()
    as_json.write(shown, out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told
