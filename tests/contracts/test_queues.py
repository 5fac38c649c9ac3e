"""Queues: who may write, how long things wait, and that the times fit together."""

import pytest

from tests.contracts.deployed import PARAMETERS, SOURCE, arn, of_type, properties

SQS_LONGEST_DELAY = 900
SQS_LONGEST_VISIBILITY = 43_200


@pytest.mark.parametrize("queue", ["Queue", "DeadLetterQueue"])
def test_only_our_rules_may_write_from_outside(queue):
    policies = [policy for policy in of_type("AWS::SQS::QueuePolicy").values() if {"Ref": queue} in policy["Queues"]]
    ((policy,),) = ([policy["PolicyDocument"]["Statement"] for policy in policies],)
    (statement,) = policy
    assert statement["Effect"] == "Allow"
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    assert statement["Resource"] == arn(queue)
    linked = {"Fn::If": ["HasLinkedRegions", arn("LinkedEvents"), {"Ref": "AWS::NoValue"}]}
    rules = [linked if rule == "LinkedEvents" else arn(rule) for rule in of_type("AWS::Events::Rule")]
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": rules}}


@pytest.mark.parametrize("queue", of_type("AWS::SQS::Queue"))
def test_queues_are_encrypted_by_sqs_itself(queue):
    assert properties(queue)["SqsManagedSseEnabled"] is True
    assert "KmsMasterKeyId" not in properties(queue)


def test_what_fails_too_often_ends_in_the_dead_letter_queue():
    redrive = properties("Queue")["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == arn("DeadLetterQueue")
    assert 5 <= redrive["maxReceiveCount"] <= 10, "the Lambda guide asks for five at least"


def test_a_message_outlives_its_retries_and_dead_letters_outlive_messages():
    queue, dead_letters = properties("Queue"), properties("DeadLetterQueue")
    retried = queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"] + SQS_LONGEST_DELAY
    assert retried < queue["MessageRetentionPeriod"] < dead_letters["MessageRetentionPeriod"]


def test_a_message_stays_hidden_for_six_tries_of_verify_and_its_batching_window():
    mapping, hidden = properties("VerifyFunctionQueue"), properties("Queue")["VisibilityTimeout"]
    assert hidden >= 6 * properties("VerifyFunction")["Timeout"] + mapping["MaximumBatchingWindowInSeconds"]
    assert hidden <= SQS_LONGEST_VISIBILITY


def test_verify_takes_what_one_describe_tasks_can_answer():
    mapping = properties("VerifyFunctionQueue")
    assert mapping["EventSourceArn"] == arn("Queue")
    assert 10 < mapping["BatchSize"] <= 100
    assert mapping["MaximumBatchingWindowInSeconds"] >= 1, "Lambda asks for a window from 11 messages on"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_concurrency_of_verify_is_a_literal():
    (event,) = SOURCE["Resources"]["VerifyFunction"]["Properties"]["Events"].values()
    workers = event["Properties"]["ScalingConfig"]["MaximumConcurrency"]
    assert isinstance(workers, int)
    assert properties("VerifyFunction")["Environment"]["Variables"]["CONCURRENCY"] == str(workers)


@pytest.mark.parametrize("name", ["QueueDelay", "SecondLook", "AnnounceDelay", "HoldDown"])
def test_a_delay_is_one_that_sqs_can_keep(name):
    parameter = PARAMETERS[name]
    assert 0 == parameter["MinValue"] <= parameter["Default"] <= parameter["MaxValue"] <= SQS_LONGEST_DELAY


def test_new_events_wait_for_the_settling_delay():
    assert properties("Queue")["DelaySeconds"] == {"Ref": "QueueDelay"}
