"""Cases of proxies whose logs said what was wrong, or that nothing was, and were not understood. Each is a row of the
list that outsiders' reports and a hostile review made: R by a public report, J played in the simulated account."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scaudit_cli.app import app
from tests.complaints.cases.played import LIVES, TRANSCRIPTS, Lines, Played, line, process
from tests.complaints.cases.words import LISTENER_AGAIN, closed
from tests.complaints.watched import SWEPT
from tests.simulation.parts import Task
from tests.simulation.proxies import Proxy

SOON = 400
"""Seconds until what an event shows is looked at and told."""


def runs(account: Played, file: Path, pace: float = 1) -> Task:
    """A task runs whose proxy has this life."""
    task = account.estate.place("web")
    account.logs[task.id] = account.replayed(file, task, account.after(5), pace)
    return account.estate.run(task)


def test_r5_events_of_several_lines_are_read_line_by_line(account: Played) -> None:
    """`awslogs-datetime-format` and its like in the proxy's logConfiguration: a crash loop passed."""
    task = account.estate.place("web")
    told = account.replayed(TRANSCRIPTS / "05-lds-rejected-ingress.log", task, account.after(5))
    account.logs[task.id] = [
        (told[n][0], "\n".join(text for _, text in told[n : n + 9])) for n in range(0, len(told), 9)
    ]
    account.estate.run(task)
    account.wait(SOON)
    assert account.told == [("open", "SC305", "web")]


def test_r6_a_rejected_listener_is_told_though_the_first_lines_were_dropped(account: Played) -> None:
    """A log driver that does not block drops lines; what a line proves was not judged without the first three."""
    task = account.estate.place("web")
    whole = account.replayed(LIVES / "02-rejected-control.log", task, account.after(5))
    account.logs[task.id] = [each for each in whole if not each[1].startswith('time="')]
    account.estate.run(task)
    account.wait(SOON)
    assert len(whole) - len(account.logs[task.id] or []) == 3
    assert account.told == [("open", "SC305", "web")]


def ends_once(account: Played, task: Task, after: float, *later: tuple[float, str]) -> Lines:
    """So many seconds from now its stream to the control plane ends, as it does by design every 40 minutes."""
    told = account.well(task)
    envoy = process(told)
    told.append(line(account.after(after), closed(envoy)))
    return told + [line(account.after(at), text.format(process=envoy)) for at, text in later]


def test_r7_a_stream_that_ends_by_design_is_not_a_lost_control_plane(account: Played) -> None:
    """aws/amazon-ecs-service-connect-agent PR #124, #130."""
    task = account.estate.place("web")
    account.logs[task.id] = ends_once(account, task, 20)
    account.estate.run(task)
    account.wait(2 * SWEPT)
    assert "SC304" not in account.standing()


def test_r8_a_stream_over_which_a_listener_comes_is_back(account: Played) -> None:
    task = account.estate.place("web")
    account.logs[task.id] = ends_once(account, task, 20, (21, LISTENER_AGAIN))
    account.estate.run(task)
    account.wait(2 * SWEPT)
    passed = {check for each in account.about(task.id) for check in each.get("passed", ())}
    assert "SC304" not in account.standing() and "SC304" in passed


def test_r10_a_log_that_goes_to_firelens_by_intent_leaves_nothing_unknown(new: Played) -> None:
    """As AWS's page on access logs recommends; six checks could not tell, for ever."""
    new.of_mesh("web", logConfiguration={"logDriver": "awsfirelens", "options": {}})
    new.estate.create("web", 1)
    new.wait(2 * SWEPT)
    (task,) = new.estate.running("web")
    assert not new.about(task.id)[-1].get("unknown") and new.told == []


def test_r15_what_to_do_about_a_refused_poll_names_its_condition(account: Played) -> None:
    """aws/aws-cdk #28594: ecs:Poll was allowed, under a condition on ecs:cluster."""
    task = account.estate.place("web", Proxy.REFUSED)
    account.wait(200)
    account.estate.stop(task, "TaskFailedToStart", "Task failed container health checks")
    account.wait(SWEPT)
    assert account.told == [("open", "SC304", "web")]
    assert "ecs:cluster" in account.topic.published[0].data["fix"]


def test_r16_the_json_answer_of_get_log_events_is_read(tmp_path: Path) -> None:
    """It was said to have no start-up lines."""
    lines = (TRANSCRIPTS / "05-lds-rejected-ingress.log").read_text().splitlines()
    answer = {"events": [{"timestamp": n, "message": text, "ingestionTime": n} for n, text in enumerate(lines)]}
    (file := tmp_path / "events.json").write_text(json.dumps(answer, indent=4))
    told = CliRunner().invoke(app, ["proxylog", str(file)])
    assert told.exit_code == 1 and "rejected" in told.stdout


@pytest.mark.parametrize(
    ("file", "standing"),
    [
        (LIVES / "l7-final-pre-worker-init-fails.log", {"SC305": "critical"}),
        (TRANSCRIPTS / "25-management-api-drain-and-loglevel.log", {"SC305": "warning"}),
    ],
    ids=["the last step before its workers fails", "drained on request"],
)
def test_j5_what_the_log_calls_degraded_fails(account: Played, file: Path, standing: dict[str, str]) -> None:
    """ECS says HEALTHY, the log says what is wrong, and every check passed: none read these words."""
    runs(account, file)
    account.wait(SOON)
    assert account.standing() == standing


def test_j6_a_log_that_is_still_arriving_is_read_again(account: Played) -> None:
    """At the first look the beginning is there, and was taken for the whole."""
    task = runs(account, TRANSCRIPTS / "05-lds-rejected-ingress.log")
    whole = account.logs[task.id] or []
    account.logs[task.id] = whole[:150]
    account.wait(SOON)
    account.logs[task.id] = whole
    account.wait(2 * SWEPT)
    assert ("open", "SC305", "web") in account.told


def test_j20_a_refused_update_while_the_earlier_listener_serves_is_a_warning(account: Played) -> None:
    """It was critical, for ever."""
    runs(account, LIVES / "l1-lds-update-rejected-after-ready.log")
    account.wait(SOON)
    assert account.told == [] and account.standing() == {"SC305": "warning"}
