"""What a read of AWS is: each is declared once, beside the function that makes it.

The pace, the clients, the contract of template.yaml, docs/reads.md and the fakes of the tests follow from it.
"""

from collections.abc import Mapping
from dataclasses import field

from scaudit.values import dataclass

VERIFY = "VerifyRole"


@dataclass(frozen=True, slots=True)
class Quota:
    """A token bucket of AWS's: `burst` calls at once, refilled by `rate` a second, or by another in some Regions.

    Actions whose quotas have one name share one bucket. Without a burst AWS tells a rate alone: then what a second
    brings may come at once. `published` is False where AWS tells no figure at all.
    """

    name: str
    rate: float
    burst: float = 0.0
    rates: Mapping[str, float] = field(default_factory=dict)
    published: bool = True

    def refill(self, region: str) -> float:
        """Calls a second in this Region."""
        return self.rates.get(region, self.rate)

    def depth(self, region: str) -> float:
        """Calls that a full bucket lets pass at once in this Region."""
        return self.burst or self.refill(region)


@dataclass(frozen=True, slots=True)
class Action:
    """One action of IAM's, and so one call: `name` is "ecs:DescribeTasks". boto3's client is `via`, where that is not
    the prefix: that of elasticloadbalancing is "elbv2" (botocore: elbv2, signingName).

    `what` is what is read by it, for docs/reads.md. `role` is the role of the stack that may, empty where only the
    command asks. `on` is what it is allowed on: the resources as template.yaml has them, without "arn:partition:".
    `named_by` is the parameter that names which of these a call is about; a refusal is then that one's, else the
    cluster's.
    """

    name: str
    what: str
    quota: Quota
    on: tuple[str, ...]
    role: str = VERIFY
    named_by: str = ""
    via: str = ""

    @property
    def client(self) -> str:
        """The name of the boto3 client that makes the call."""
        return self.via or self.name.split(":")[0]

    @property
    def operation(self) -> str:
        """The name of the call in AWS's API."""
        return self.name.split(":")[1]


def unpublished(name: str) -> Quota:
    """A bucket of its own for an action of which AWS publishes nothing: as little as it publishes of anything."""
    return Quota(name, rate=1, burst=10, published=False)
