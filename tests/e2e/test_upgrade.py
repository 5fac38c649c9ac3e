"""An upgrade of a deployed stack from 8fc134c, whose stacks are in use, and back: what is open goes on, nothing is told
twice, and nothing is told as the baseline again."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.deploy import deploy
from local.stack import LocalStack, running_stack
from tests.e2e.conftest import IN_SECONDS, PROJECT, Deployed, eventually


@pytest.fixture(scope="module")
def local_aws() -> Iterator[LocalStack]:
    with running_stack(task_delay=0.1, enforce_iam=True) as stack:
        yield stack


def test_what_is_open_survives_an_upgrade_a_linked_region_and_the_way_back(
    local_aws: LocalStack, earlier: Path, built: Path
) -> None:
    then = earlier / "built"
    aws = Deployed(local_aws, dict(deploy(local_aws, "scaudit", IN_SECONDS, project=earlier, say=print, built=then)))
    rules = [rule["Name"] for rule in aws.events.list_rules()["Rules"]]
    for rule in rules:
        aws.events.disable_rule(Name=rule)
    aws.service("before", "wrong-port")
    eventually(lambda: aws.runs("before"))
    aws.sweep_to_its_end()  # what the first one finds was there already
    for rule in rules:
        aws.events.enable_rule(Name=rule)
    aws.recorded("before", "fail")
    opened = aws.service("opened", "wrong-port")
    aws.heard("opened", "open")

    now = dict(deploy(local_aws, "scaudit", IN_SECONDS, project=PROJECT, say=print, built=built))
    assert now["TopicArn"] == aws.outputs["TopicArn"]
    aws.sweep_to_its_end()
    later = aws.service("later", "wrong-port")
    aws.heard("later", "open")
    for regions in ("us-east-1", ""):  # and a Region that is linked, and no longer is, takes nothing with it
        aws.link(regions)
        aws.sweep_to_its_end()
    aws.mend("opened", opened)
    aws.resolved("opened")

    deploy(local_aws, "scaudit", IN_SECONDS, project=earlier, say=print, built=then)
    aws.sweep_to_its_end()
    aws.mend("later", later)
    aws.resolved("later")
    told = Counter((m.service, m.state) for m in aws.inbox.arrived)
    # What the first sweep found is told when nothing was added to it for 15 minutes, and by nobody alone meanwhile.
    assert told == {(name, state): 1 for name in ("opened", "later") for state in ("open", "resolved")}
    dead = aws.sqs.receive_message(QueueUrl=aws.outputs["DeadLetterQueueUrl"], MaxNumberOfMessages=10)
    assert "Messages" not in dead
