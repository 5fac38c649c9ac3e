"""The deployed stack as commands reach it: by its outputs, with the caller's own credentials, Region and endpoint."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from scaudit import __version__
from scaudit.model.arn import Arn
from scaudit.values import dataclass
from scaudit_cli.settings import NO_CREDENTIALS, SIGN_IN, SIGNED_OUT, region_of, sentence
from scaudit_cli.usage import Refused

HOLD_DOWN = 600
"""Seconds, as the template has it where nobody says otherwise."""
_SERVICES = ("cloudformation", "dynamodb", "sqs", "sns", "logs", "sts")
"""Those that are asked about a stack; IAM calls them as boto3 does."""
_NOT_THERE = ": not deployed here? Name it by --stack and --region; scaudit check needs no stack"


@dataclass(frozen=True, slots=True)
class Deployed:
    """The outputs and parameters of a stack, when it was `created`, and boto3 clients by service name."""

    outputs: Mapping[str, str]
    client: Callable[[str], Any]
    stack: str = "scaudit"
    parameters: Mapping[str, str] = field(default_factory=dict)
    created: datetime | None = None

    @property
    def region(self) -> str:
        """The Region of the stack, from the ARN of its topic."""
        return Arn.of(self.outputs["TopicArn"]).region

    @property
    def regions(self) -> list[str]:
        """The Regions that it watches: its own first, then those that are linked."""
        linked = self.parameters.get("LinkedRegions", "").split(",")
        return list(dict.fromkeys([self.region, *(region.strip() for region in linked if region.strip())]))

    @property
    def hold_down(self) -> timedelta:
        """How long a problem stays away before it is resolved (HoldDown)."""
        return timedelta(seconds=int(self.parameters.get("HoldDown", HOLD_DOWN)))

    @property
    def ignored(self) -> frozenset[str]:
        """The checks that nothing is announced of (IgnoreChecks)."""
        return frozenset(each.strip() for each in self.parameters.get("IgnoreChecks", "").split(","))

    @property
    def account(self) -> str:
        """The account of the stack, 12 digits, from the ARN of its topic."""
        return Arn.of(self.outputs["TopicArn"]).account


@contextmanager
def answers(about: str = "") -> Iterator[None]:
    """Raises Refused for whatever AWS, or the way to it, refuses; `about` begins its sentence."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        told, code = (error.response["Error"].get(part, "") for part in ("Message", "Code"))
        advice = f": {SIGN_IN}" if code in SIGNED_OUT else ""
        raise Refused(f"{about}{_action(error.operation_name)} is refused: {told}{advice}") from None
    except BotoCoreError as error:
        raise Refused(f"{about}{sentence(error)}") from None


def _action(operation: str) -> str:
    """The IAM action of a refused call: not every service names it in its own words."""
    from botocore.session import Session

    session = Session()
    known = (name for name in _SERVICES if operation in session.get_service_model(name).operation_names)
    return ":".join(filter(None, (next(known, ""), operation)))


def _described(session: Any, stack: str) -> Mapping[str, Any]:  # noqa: ANN401
    """CloudFormation says "Stack with id NAME does not exist" in a ValidationError (AWS: DescribeStacks)."""
    from botocore.exceptions import ClientError

    try:
        found: Mapping[str, Any] = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in error.response["Error"].get("Message", ""):
            raise Refused(f"no stack {stack} in {session.region_name}", _NOT_THERE) from None
        raise
    return found


@contextmanager
def readable() -> Iterator[None]:
    """Raises Refused for an item of the table that this version cannot read."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        told = f"{type(error).__name__}: {error}"
        raise Refused(
            f"the table has an item that scaudit {__version__} cannot read ({told}): is it the stack's?"
        ) from None


def find(stack: str, region: str = "", profile: str = "") -> Deployed:
    """The stack of this name, in the caller's own Region and with the own credentials unless others are named. Raises
    Refused."""
    import boto3  # here, since it is slow to import and most commands do without
    from botocore.session import Session

    with answers():
        settings = Session(profile=profile or None)
        session: Any = boto3.Session(region_name=region or region_of(settings), botocore_session=settings)
        if settings.get_credentials() is None:
            raise Refused(NO_CREDENTIALS)
    with answers(f"stack {stack} in {session.region_name}: "):
        described = _described(session, stack)
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", ())}
    given = {each["ParameterKey"]: each.get("ParameterValue", "") for each in described.get("Parameters", ())}
    wanted = {"TopicArn", "QueueUrl", "DeadLetterQueueUrl", "TableName", "AuditLogGroup"}
    if missing := wanted - outputs.keys():
        raise Refused(f"stack {stack} is no scaudit, or not deployed yet: no output {', '.join(sorted(missing))}")
    return Deployed(outputs, session.client, stack, given, described.get("CreationTime"))
