"""Tasks that ran and have stopped, and whether their proxies took them along."""

from dataclasses import replace

from scaudit.judge.causes import explain
from scaudit.judge.rules import Rules
from scaudit.judge.tasks import judge_unstarted
from scaudit.model import Unread
from scaudit.model.seen import Seen
from scaudit.proxylog import Exit, Outcome
from tests import builders as world
from tests.builders import ended
from tests.checks.worlds.rows import Row

KILLED = "OutOfMemoryError: Container killed due to memory usage"
GAVE_UP = replace(
    world.PROXY_LOG,
    verdict=Outcome.EXITED,
    why="Envoy ended after 4 starts and was not started again.",
    exits=(Exit(9, "14", -1, "killed"),) * 4,
    ready=False,
)
DRAINED = replace(world.PROXY_LOG, verdict=Outcome.STOPPED, why="The agent was told to stop.")
HUNG = replace(world.PROXY_LOG, verdict=Outcome.DEGRADED, why="it hung", unanswered=5, frozen=True, stop_line=20)
UNWELL = {"proxy_health": "UNHEALTHY", "stop_code": "ServiceSchedulerInitiated"}
FAILED_CHECKS = ("Task failed container health checks",)

BY_ITS_PROXY: list[tuple[str, Seen, set[str]]] = [
    ("R1: out of memory, after hours", ended(proxy_exit=137, proxy_reason=KILLED, reasons=(KILLED,)), {"SC310"}),
    ("R2: restarts used up, exit 0, the log says it", ended(GAVE_UP), {"SC303", "SC306", "SC310"}),
    ("R2: exit 0 with a reason", ended(proxy_reason=KILLED), {"SC310"}),
    ("R3: UNHEALTHY, stopped for it", ended(proxy_exit=None, **UNWELL, reasons=FAILED_CHECKS), {"SC302", "SC310"}),
    ("hung until ECS stopped it", ended(HUNG, **UNWELL, reasons=FAILED_CHECKS), {"SC302", "SC303", "SC310"}),
    ("ended with a code of its own", ended(DRAINED, proxy_exit=2), {"SC310"}),
    ("again, as three others before", ended(others=3, proxy_exit=1), {"SC310"}),
    (
        "scaled in, but its proxy was gone before",
        ended(GAVE_UP, stop_code="ServiceSchedulerInitiated"),
        {"SC303", "SC306", "SC310"},
    ),
]
BY_SOMETHING_ELSE: list[tuple[str, Seen]] = [
    ("the application ended, its proxy drained", ended(DRAINED)),
    ("the application ended, its proxy was killed after the drain", ended(DRAINED, proxy_exit=137)),
    ("scaled in", ended(DRAINED, stop_code="ServiceSchedulerInitiated")),
    ("scaled in while UNHEALTHY", ended(DRAINED, **UNWELL, reasons=("Scaling activity initiated",))),
    ("stopped by a person, with an exit code", ended(stop_code="UserInitiated", proxy_exit=1)),
    ("a stop code that is not known", ended(stop_code="SomethingNew", proxy_exit=1, proxy_reason="x")),
    ("still RUNNING", world.HEALTHY),
]
NOT_TOLD: list[tuple[str, Seen]] = [
    ("exit 0 and a log that ends well", ended()),
    ("killed without a reason", ended(proxy_exit=137)),
    ("terminated without a reason", ended(proxy_exit=143)),
    ("exit 0 and no log", ended(Unread("AccessDenied"))),
]

FAILING = [Row(name, explain(judge_unstarted(seen, Rules())), failing) for name, seen, failing in BY_ITS_PROXY]
HEALTHY_ALL_THE_SAME = [Row(name, explain(judge_unstarted(seen, Rules()))) for name, seen in BY_SOMETHING_ELSE]
