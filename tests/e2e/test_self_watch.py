"""The deployed stack watches itself: its heart beats, its silence is told, and a person can try and mend it."""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local.demo.inbox import Arrived
from scaudit.queue.bodies import body
from scaudit.queue.messages import ServiceLook
from scaudit.record import NAMESPACE, Metric
from tests.e2e.conftest import Deployed, eventually

PROJECT = Path(__file__).parents[2]


def scaudit(deployed: Deployed, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as users run it, with the local AWS in its environment."""
    environment = {**deployed.stack.env, "PYTHONPATH": f"{PROJECT}:{PROJECT}/layers/scaudit", "COLUMNS": "200"}
    command = [sys.executable, "-m", "scaudit_cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=150, check=False)


def alarm(deployed: Deployed, logical_id: str) -> str:
    found = deployed.stack.client("cloudwatch").describe_alarms(AlarmNamePrefix=f"scaudit-{logical_id}-")
    (name,) = [each["AlarmName"] for each in found["MetricAlarms"]]
    return name


def test_a_sweep_makes_the_heart_beat(deployed: Deployed) -> None:
    cloudwatch, now = deployed.stack.client("cloudwatch"), datetime.now(UTC)

    def measured(metric: Metric) -> list[float]:
        span = {"StartTime": now - timedelta(hours=1), "EndTime": now + timedelta(hours=1), "Period": 7200}
        found = cloudwatch.get_metric_statistics(
            Namespace=NAMESPACE, MetricName=metric, Statistics=["Sum", "Maximum"], **span
        )
        return [each["Sum"] if metric is Metric.HEARTBEAT else each["Maximum"] for each in found["Datapoints"]]

    before = sum(measured(Metric.HEARTBEAT))
    deployed.sweep()
    assert eventually(lambda: sum(measured(Metric.HEARTBEAT)) > before)
    assert 0 <= max(measured(Metric.CANARY_SECONDS)) < 60


def test_silence_is_told_to_the_topic_once_the_heart_is_known(deployed: Deployed) -> None:
    cloudwatch = deployed.stack.client("cloudwatch")

    def heard() -> list[Arrived]:
        deployed.inbox.look(1)
        return [m for m in deployed.inbox.arrived if m.state == "ALARM"]

    def set_state(logical_id: str, state: str) -> None:
        cloudwatch.set_alarm_state(AlarmName=alarm(deployed, logical_id), StateValue=state, StateReason="test")

    set_state("HeartbeatMissing", "ALARM")
    assert heard() == []
    set_state("HeartbeatKnown", "OK")
    (told,) = eventually(heard)
    assert told.service.startswith("scaudit-HeartbeatSilent-") and "scaudit is silent" in told.text
    # Amazon Q Developer takes the alarms of CloudWatch as they are.
    assert [each["AlarmName"] for each in deployed.room.look() if "AlarmName" in each] == [told.service]
    set_state("HeartbeatMissing", "OK")


def test_a_test_alert_arrives_as_a_person_reads_it(deployed: Deployed) -> None:
    done = scaudit(deployed, "test-alert")
    assert done.returncode == 0, done.stderr
    message_id = done.stdout.split("asked for message ")[1].split()[0]

    def arrived() -> object:
        deployed.inbox.look(1)
        return next((m for m in deployed.inbox.arrived if m.message_id == message_id), None)

    told = eventually(arrived)
    assert told.state == "test" and told.subject.startswith("TEST scaudit")
    assert "goes to sqs" in done.stdout and "published after" in done.stdout


def test_redrive_sends_back_what_verify_can_do_now(deployed: Deployed) -> None:
    deployed.service("redriven")
    deployed.recorded("redriven", "pass")
    dead, looks = deployed.outputs["DeadLetterQueueUrl"], len(deployed.records("redriven", "verified"))
    letter = body(ServiceLook(deployed.stack.region, "tutorial", "redriven"))
    deployed.sqs.send_message(QueueUrl=dead, MessageBody=letter)
    reason = {"reason": {"DataType": "String", "StringValue": "body is not JSON"}}
    deployed.sqs.send_message(QueueUrl=dead, MessageBody="{", MessageAttributes=reason)
    done = scaudit(deployed, "redrive", "--yes")
    assert done.returncode == 1 and "sent back 1, left 1" in done.stdout, done.stdout + done.stderr
    assert "body is not JSON" in done.stdout
    eventually(lambda: len(deployed.records("redriven", "verified")) > looks)
    (left,) = deployed.sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10)["Messages"]
    assert left["Body"] == "{"


def test_a_person_asks_what_is_wrong_and_what_was_said(deployed: Deployed) -> None:
    arn = deployed.service("asked", "wrong-port")
    deployed.heard("asked", "open")
    deployed.sweep_to_its_end()
    done = scaudit(deployed, "status")
    assert done.returncode == 1 and "tutorial/asked  SC203 asked" in done.stdout, done.stdout + done.stderr
    assert "registered port is 81, expected 80" in done.stdout and "heartbeat" in done.stdout
    deployed.mend("asked", arn)
    deployed.resolved("asked")
    done = scaudit(deployed, "history", "asked", "--since", "1h")
    life = r"critical, from \S+ \S+ UTC to \S+ \S+ UTC, announced \S+ \S+ UTC, resolved "
    assert done.returncode == 0 and re.search(life, done.stdout), done.stdout + done.stderr
    told = [line.split()[2] for line in done.stdout.splitlines() if "SC203]" in line]
    assert told == ["open", "resolved"]
