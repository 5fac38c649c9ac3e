"""scaudit watches itself: what is watched, from which number on, who is told, and when the heart counts as silent."""

import random
import re

import pytest

from scaudit.record import NAMESPACE, Metric
from tests.contracts import heart
from tests.contracts.deployed import PARAMETERS, ROOT, arn, of_type, properties

METRIC_ALARMS, COMPOSITES = of_type("AWS::CloudWatch::Alarm"), of_type("AWS::CloudWatch::CompositeAlarm")
ALARMS = METRIC_ALARMS | COMPOSITES
FUNCTIONS = list(of_type("AWS::Lambda::Function"))
INPUTS_OF_ANOTHER = {"HeartbeatMissing", "HeartbeatKnown"}
LONGEST_DELAY = 900
"""Seconds; SQS."""
RECEIVES_COUNTED = 3
"""SQS leaves a message that was received so often out of the age of the oldest (Amazon SQS, available metrics)."""
ASYNC_TRIES, ASYNC_WAITS = 3, (60, 120)
"""Lambda, asynchronous invocation: two more tries, one and two minutes later."""
LONGEST_BACKOFF = 300
"""Seconds; Lambda, between its attempts to run what is throttled."""


def watching(metric: str, dimension: str, logical_id: str) -> dict:
    """The one alarm on a metric of one resource."""
    (found,) = [
        its
        for its in METRIC_ALARMS.values()
        if its["MetricName"] == metric
        and [(d["Name"], d["Value"]) for d in its["Dimensions"]]
        == [(dimension, arn_of_name(logical_id) if dimension == "QueueName" else {"Ref": logical_id})]
    ]
    return found


def arn_of_name(queue: str) -> dict:
    return {"Fn::GetAtt": [queue, "QueueName"]}


def window(alarm: dict) -> int:
    return alarm["Period"] * alarm["EvaluationPeriods"]


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_tells_the_topic_when_it_goes_off_and_only_then(name):
    """An action on OK would speak at every deployment, on the way from INSUFFICIENT_DATA."""
    actions = {key: value for key, value in ALARMS[name].items() if key.endswith("Actions")}
    room = {"Fn::If": ["HasChatTopic", {"Ref": "RoomTopic"}, {"Ref": "AWS::NoValue"}]}
    assert actions == ({} if name in INPUTS_OF_ANOTHER else {"AlarmActions": [{"Ref": "Topic"}, room]})
    assert ALARMS[name].get("ActionsEnabled", True) is True


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_says_what_happened_and_where_it_is_explained(name):
    text = ALARMS[name]["AlarmDescription"]
    assert "scaudit" in text and len(text) <= 1024
    (section,) = re.findall(r"docs/operating\.md#([a-z-]+)$", text)
    headings = re.findall(r"^#+ (.*)$", (ROOT / "docs" / "operating.md").read_text(), re.MULTILINE)
    assert section in {heading.lower().replace(" ", "-") for heading in headings}


def test_every_alarm_and_metric_is_in_the_handbook():
    text = (ROOT / "docs" / "operating.md").read_text()
    assert [name for name in [*ALARMS, *Metric] if f"`{name}`" not in text] == []


@pytest.mark.parametrize("name", METRIC_ALARMS)
def test_an_alarm_keeps_to_what_cloudwatch_takes_and_says_what_no_data_means(name):
    alarm = METRIC_ALARMS[name]
    assert alarm["Period"] % 60 == 0 and window(alarm) <= 86_400
    assert 1 <= alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"]) <= alarm["EvaluationPeriods"]
    own = {"HeartbeatMissing": "breaching", "HeartbeatKnown": "ignore"}
    assert alarm["TreatMissingData"] == own.get(name, "notBreaching")


@pytest.mark.parametrize("name", METRIC_ALARMS)
def test_our_metrics_are_ones_that_the_code_writes(name):
    alarm = METRIC_ALARMS[name]
    if alarm["Namespace"] == NAMESPACE:
        assert alarm["MetricName"] in set(Metric)
        assert "Dimensions" not in alarm, "the code writes none"
    else:
        assert alarm["Namespace"] in ("AWS/Lambda", "AWS/SQS") and len(alarm["Dimensions"]) == 1


def test_one_dead_letter_is_told():
    alarm = watching("ApproximateNumberOfMessagesVisible", "QueueName", "DeadLetterQueue")
    assert (alarm["Statistic"], alarm["Threshold"], alarm["EvaluationPeriods"]) == ("Maximum", 1, 1)
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"


def test_a_message_is_told_of_when_neither_its_delay_nor_its_retries_explain_its_age():
    alarm, queue = watching("ApproximateAgeOfOldestMessage", "QueueName", "Queue"), properties("Queue")
    assert queue["RedrivePolicy"]["maxReceiveCount"] >= RECEIVES_COUNTED
    explained = LONGEST_DELAY + RECEIVES_COUNTED * queue["VisibilityTimeout"]
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", explained)
    assert alarm["Statistic"] == "Maximum"
    assert alarm["Threshold"] + window(alarm) < queue["MessageRetentionPeriod"] / 10


@pytest.mark.parametrize("function", FUNCTIONS)
def test_errors_of_a_function_are_told_when_its_retries_fail_too(function):
    alarm = watching("Errors", "FunctionName", function)
    assert (alarm["Statistic"], alarm["ComparisonOperator"]) == ("Sum", "GreaterThanOrEqualToThreshold")
    if function == "SweepFunction":
        run = properties(function)["Timeout"]
        assert alarm["Threshold"] == ASYNC_TRIES
        assert alarm["EvaluationPeriods"] == 1 and alarm["Period"] >= ASYNC_TRIES * run + sum(ASYNC_WAITS)
    else:
        assert (alarm["Threshold"], alarm["DatapointsToAlarm"]) == (1, 2)
        again = properties("Queue")["VisibilityTimeout"] if function == "VerifyFunction" else 0
        assert alarm["Period"] < again < window(alarm) or not again


@pytest.mark.parametrize("function", FUNCTIONS)
def test_throttles_of_a_function_are_told_when_they_go_on(function):
    alarm = watching("Throttles", "FunctionName", function)
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Sum", 1)
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert "DatapointsToAlarm" not in alarm and alarm["Period"] >= LONGEST_BACKOFF and alarm["EvaluationPeriods"] > 1


def test_notify_falling_behind_is_told_long_before_its_records_are_given_up():
    alarm = watching("IteratorAge", "FunctionName", "NotifyFunction")
    assert (alarm["Statistic"], alarm["ComparisonOperator"]) == ("Maximum", "GreaterThanThreshold")
    seconds = alarm["Threshold"] / 1000
    assert seconds == 5 * properties("NotifyFunction")["Timeout"]
    assert seconds + window(alarm) < properties("NotifyFunctionLedger")["MaximumRecordAgeInSeconds"] / 10


def slowest_sweep() -> int:
    """Minutes between the slowest sweeps that SweepRate allows."""
    allowed = PARAMETERS["SweepRate"]["AllowedPattern"]
    units = {"minute": 1, "hour": 60, "day": 1440}
    return max(
        number * minutes
        for number in range(1, 3000)
        for unit, minutes in units.items()
        for text in (f"rate({number} {unit})", f"rate({number} {unit}s)")
        if re.fullmatch(allowed, text)
    )


def test_the_heart_is_only_missing_when_the_slowest_sweep_and_its_canary_are_overdue():
    verify, queue = properties("VerifyFunction")["Timeout"], properties("Queue")
    late = (
        LONGEST_DELAY + queue["VisibilityTimeout"] + verify
    )  # the canary's batch failed once, the next sweep is on time
    assert window(heart.MISSING) >= slowest_sweep() * 60 + late
    assert heart.MISSING["MetricName"] == heart.KNOWN["MetricName"] == Metric.HEARTBEAT


def test_nothing_is_said_before_the_first_heartbeat():
    assert heart.spoken([], 5000) == []


@pytest.mark.parametrize("known_first", [True, False])
@pytest.mark.parametrize("further", [0, 1, 2])
@pytest.mark.parametrize("first", [1, 14, 89, 91, 400])
def test_nothing_is_said_at_the_first_heartbeat(first, known_first, further):
    beats = range(first, 3000, 15)
    assert heart.spoken(beats, 3000, known_first=known_first, further=further) == []


@pytest.mark.parametrize("every", [1, 15, slowest_sweep()])
def test_a_heart_that_beats_now_and_then_late_is_not_silent(every):
    dice = random.Random(every)
    beats = [minute + dice.randrange(LONGEST_DELAY // 60) for minute in range(7, 5000, every)]
    assert heart.spoken(sorted(beats), 5000 - every) == []


@pytest.mark.parametrize("every", [1, 15, slowest_sweep()])
@pytest.mark.parametrize("further", [0, 2])
def test_silence_is_told_once_and_soon(every, further):
    last = max(range(3, 1000, every))
    (told,) = heart.spoken(range(3, 1000, every), 2000, further=further)
    longest = (heart.MISSING["EvaluationPeriods"] + further) * heart.MISSING["Period"] + 600
    assert window(heart.MISSING) <= (told - last) * 60 <= longest


def test_silence_after_a_single_heartbeat_is_told_too():
    assert len(heart.spoken([10], 1000)) == 1


def test_silence_is_told_again_after_it_ended():
    assert len(heart.spoken([10, 500, 515], 2000)) == 2


def test_the_wait_of_the_silent_heart_never_becomes_a_suppression():
    silent = heart.SILENT
    assert silent["ActionsSuppressor"] == arn("HeartbeatKnown")
    assert 120 <= silent["ActionsSuppressorWaitPeriod"] < heart.MISSING["Period"]
    assert silent["ActionsSuppressorExtensionPeriod"] == 0
    assert heart.KNOWN["ComparisonOperator"] == "LessThanThreshold" and heart.KNOWN["Threshold"] <= 1
    assert (heart.KNOWN["Statistic"], heart.MISSING["Statistic"]) == ("Sum", "Sum")
