"""What AWS refuses to a command that asks the stack is told by its IAM action, in whatever words AWS refuses it."""

import socket
from pathlib import Path

import pytest
from botocore import credentials
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProxyConnectionError,
    SSOTokenLoadError,
    UnauthorizedSSOTokenError,
)
from typer.testing import CliRunner

from local.process import EmulatorError, free_port
from scaudit_cli.app import app
from scaudit_cli.check.session import open_session
from scaudit_cli.deployed import answers
from scaudit_cli.settings import sentence
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


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (NoRegionError(), "give --region, or set AWS_REGION"),
        (NoCredentialsError(), "name a --profile, set AWS_PROFILE, or sign in (aws sso login)"),
        (SSOTokenLoadError(error_msg="Token for x does not exist"), "sign in again (aws sso login)"),
        (UnauthorizedSSOTokenError(), "run aws sso login with the corresponding profile"),
        (EndpointConnectionError(endpoint_url="https://ecs.eu-wst-1.amazonaws.com/"), "is the Region right?"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1/"), "AWS_ENDPOINT_URL or the profile names it"),
        (ProxyConnectionError(proxy_url="http://proxy"), "is HTTPS_PROXY right?"),
    ],
    ids=lambda of: type(of).__name__ if isinstance(of, Exception) else "",
)
def test_what_keeps_a_command_from_aws_is_told_with_what_to_do(error: Exception, says: str) -> None:
    told = sentence(error)  # type: ignore[arg-type]
    assert told.count(says) == 1 and "\n" not in told


def test_credentials_that_are_no_longer_good_are_told_with_what_to_do() -> None:
    refusal = ClientError({"Error": {"Code": "ExpiredToken", "Message": "it is expired"}}, "DescribeStacks")
    with pytest.raises(Refused, match=r"DescribeStacks is refused: it is expired: sign in again"), answers():
        raise refusal


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment without any AWS settings."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    return monkeypatch


COMMANDS = [["status"], ["history", "web"], ["map"], ["redrive"], ["test-alert"], ["check"], ["describe", "web"]]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_without_a_region_or_credentials_every_command_says_in_a_sentence_what_to_do(
    bare: pytest.MonkeyPatch, command: list[str]
) -> None:
    def run() -> str:
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 64 and result.stderr.count("\n") == 1, result.output
        return str(result.stderr)

    bare.setenv("AWS_REGION", "eu-west-1")
    nobody = "scaudit: there are no AWS credentials: name a --profile, set AWS_PROFILE, or sign in (aws sso login)\n"
    assert run() == nobody
    bare.delenv("AWS_REGION")
    bare.setenv("AWS_ACCESS_KEY_ID", "1")
    bare.setenv("AWS_SECRET_ACCESS_KEY", "1")
    assert run() == "scaudit: no Region is named: give --region, or set AWS_REGION\n"


def test_a_role_that_a_profile_may_not_take_is_one_sentence(bare: pytest.MonkeyPatch) -> None:
    def refused(_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not yours"}}, "AssumeRole")

    bare.setenv("AWS_ACCESS_KEY_ID", "1")
    bare.setenv("AWS_SECRET_ACCESS_KEY", "1")
    bare.setattr(credentials.Credentials, "get_frozen_credentials", refused)
    with pytest.raises(Refused, match=r"the AWS settings are not usable: .*AssumeRole.*not yours"):
        open_session("")


def test_a_port_that_is_taken_is_told_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(EmulatorError, match="make local PORT="):
            free_port(taken.getsockname()[1])
