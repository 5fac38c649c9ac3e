"""Cases of proxies that die, and of which nothing was said, or something else again and again. Each is a row of the
list that outsiders' reports and a hostile review made: R by a public report, J played in the simulated account."""

from tests.complaints.cases.played import FOR_ITS_HEALTH, NEVER_RAN, Played, line, process, several
from tests.complaints.cases.words import KILLED, PANIC, RESTARTED, closed, ended
from tests.simulation.parts import Task
from tests.simulation.proxies import Proxy, lines

HOUR = 3600
SOON = 400
"""Seconds until what an event shows is looked at and told."""


def gives_up(account: Played, task: Task, after: float) -> None:
    """So many seconds from now its Envoy dies and is restarted, until the restarts are used up."""
    told = account.well(task)
    for n in range(4):
        told += [line(account.after(after + n), RESTARTED)] if n else []
        told += [line(account.after(after + n + 0.5), text) for text in ended(str(int(process(told)) + 15 * n))]
    account.logs[task.id] = told


def test_r1_a_proxy_out_of_memory_after_five_hours_is_told(account: Played) -> None:
    """aws/containers-roadmap #2838: the record said `pass`; and ECS replaces the task, which is well."""
    task = account.estate.running("web")[0]
    account.sweep_every = 2 * HOUR
    account.wait(5 * HOUR)
    account.dies(task, exitCode=137, reason=KILLED)
    account.estate.start("web")
    account.wait(HOUR)
    assert account.told == [("open", "SC310", "web")]
    assert f"({KILLED}, exit code 137)" in account.topic.published[0].data["text"]


def test_r2_so_is_one_that_used_up_its_restarts_and_exits_with_0(account: Played) -> None:
    """aws/amazon-ecs-service-connect-agent: the agent's main ends with 0 when no restart is left."""
    account.sweep_every = 2 * HOUR
    task = account.estate.running("web")[0]
    account.wait(5 * HOUR)
    gives_up(account, task, 0)
    account.wait(10)
    account.dies(task, exitCode=0)
    account.wait(SOON)
    assert account.told == [("open", "SC303", "web")]


def test_r3_proxies_that_become_unhealthy_after_25_minutes_are_one_incident(account: Played) -> None:
    """aws/amazon-ecs-service-connect-agent #127: 190 tasks in two days, and not one word."""
    for _ in range(5):
        task = account.starts()
        account.wait(25 * 60)
        account.dies(task, FOR_ITS_HEALTH, exitCode=0, healthStatus="UNHEALTHY")
    account.wait(SOON)
    assert {check for _, check, _ in account.told} == {"SC302"} and account.told.count(("open", "SC302", "web")) == 1


def test_r4_the_proxys_own_container_that_cannot_be_made_is_told_with_ecss_reason(account: Played) -> None:
    """aws/amazon-ecs-agent PR #4588, #2792, #1379: it was taken for a reason that is not Service Connect's."""
    why = "CannotStartContainerError: failed to initialize logging driver: no such log group"
    task = account.estate.place("web", Proxy.ABSENT)
    account.wait(60)
    account.dies(task, NEVER_RAN, reason=why, exitCode=None, healthStatus="UNKNOWN")
    account.wait(SOON)
    assert account.told == [("open", "SC209", "web")] and why in account.topic.published[0].data["text"]


def test_j1_a_lost_control_plane_does_not_hide_that_envoy_dies(account: Played) -> None:
    """The warning that nobody hears explained, and so silenced, what is critical half a minute later."""
    task = account.estate.place("web")
    told = [(at, text.replace("RESTART_COUNT=3", "RESTART_COUNT=0")) for at, text in account.well(task)]
    told += several(account.after(8), 10, 3, closed(process(told), "13, "))
    account.logs[task.id] = told + [line(account.after(40), text) for text in ended(process(told))]
    account.of_proxy(task, healthStatus="UNHEALTHY")
    account.estate.run(task)
    account.wait(SOON)
    assert [message.data["severity"] for message in account.topic.published] == ["critical"]


def test_j2_a_lost_control_plane_does_not_hide_that_a_listener_was_rejected(account: Played) -> None:
    """What happened later, and is a warning, explained what happened before, and is critical."""
    task = account.estate.place("web", Proxy.LISTENER_REJECTED)
    told = list(lines(task.proxy, task.created_at, account.estate.task_set(task), "web"))
    account.logs[task.id] = told + several(account.after(20), 10, 3, closed(process(told), "13, "))
    account.estate.run(task)
    account.wait(SOON)
    assert ("open", "SC305", "web") in account.told


def test_j4_the_last_words_of_a_proxy_that_ran_for_hours_are_read(account: Played) -> None:
    """The log was read for ten minutes from the start, however late the end was."""
    account.sweep_every = 2 * HOUR
    task = account.estate.running("web")[0]
    account.wait(3 * HOUR)
    last = int(account.clock.now.timestamp() * 1000)
    account.logs[task.id] = account.well(task) + [(last, text) for text in PANIC]
    account.wait(2)
    account.dies(task, exitCode=2)
    account.wait(SOON)
    assert account.told == [("open", "SC303", "web")] and "panic" in account.topic.published[0].data["text"]


def test_j15_a_crash_loop_is_one_incident(account: Played) -> None:
    """28 messages a day, OPEN and RESOLVED in turn, for each newborn was taken for the end of it."""
    for _ in range(10):
        task = account.starts()
        account.wait(6 * 60)
        gives_up(account, task, 0)
        account.wait(7 * 60)
        account.dies(task, exitCode=1)
    account.wait(HOUR / 2)
    assert account.told == [("open", "SC303", "web")]


def test_j16_a_newborn_that_is_well_does_not_hide_that_one_died(account: Played) -> None:
    """Envoy exits in the sixth minute, the task is replaced in the thirteenth: sixteen died, and nothing was told."""
    for _ in range(6):
        task = account.starts()
        account.wait(6 * 60)
        gives_up(account, task, 0)
        account.wait(7 * 60)
        account.dies(task, exitCode=1)
        account.wait(20)
    assert account.told == [("open", "SC303", "web")]
