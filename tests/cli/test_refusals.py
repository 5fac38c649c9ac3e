"""What AWS refuses to a command that asks the stack is told by its IAM action, in whatever words AWS refuses it."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from scaudit_cli.deployed import answers
from scaudit_cli.usage import Refused


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("DescribeStacks", "cloudformation:DescribeStacks"),
        ("Query", "dynamodb:Query"),
        ("BatchGetItem", "dynamodb:BatchGetItem"),
        ("GetQueueAttributes", "sqs:GetQueueAttributes"),
        ("Publish", "sns:Publish"),
        ("StartQuery", "logs:StartQuery"),
        ("GetCallerIdentity", "sts:GetCallerIdentity"),
        ("OfNobody", "OfNobody"),
    ],
)
def test_a_refusal_names_the_action_and_what_aws_says(operation: str, action: str) -> None:
    refusal = ClientError({"Error": {"Code": "AccessDenied", "Message": "you may not"}}, operation)
    with pytest.raises(Refused) as told, answers("stack scaudit: "):
        raise refusal
    assert str(told.value) == f"stack scaudit: {action} is refused: you may not"


def test_a_refusal_without_words_is_told_too() -> None:
    with pytest.raises(Refused, match=r"^dynamodb:Query is refused: $"), answers():
        raise ClientError({"Error": {}}, "Query")


def test_an_endpoint_that_does_not_answer_is_no_refusal() -> None:
    with pytest.raises(Refused, match="Could not connect") as told, answers():
        raise EndpointConnectionError(endpoint_url="https://dynamodb.example")
    assert "is refused" not in str(told.value)
