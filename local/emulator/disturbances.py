"""Faults of all of AWS rather than of one service: the tag `local:fault` of a cluster. They hit role sessions only."""

import random
import re
from dataclasses import dataclass, field

from ministack.core.iam_actions import identity_denial_message

from local.emulator.protocol import INVALID, AwsError

READ = re.compile("(Describe|Discover|Filter|Get|List)[A-Z]")
DENIED = re.compile(r"denied:((?:ecs|logs|servicediscovery):[A-Z][A-Za-z]+)")
THROTTLED = re.compile(r"throttled:(\d\d?|100)")


@dataclass(frozen=True)
class Disturbance:
    """What one cluster's tag asks for."""

    denied: frozenset[str]
    throttled_percent: int
    # The same calls in the same order are always throttled alike.
    dice: random.Random = field(default_factory=lambda: random.Random(1))

    def check(self, service: str, action: str, caller: str, resource: str) -> None:
        """Raise the AwsError that this call is to meet, if any."""
        iam_action = f"{service}:{action}"
        if iam_action in self.denied:
            raise AwsError("AccessDeniedException", identity_denial_message(iam_action, caller, resource, False))
        if READ.match(action) and self.dice.random() * 100 < self.throttled_percent:
            # AWS: discovery has a limit, and an error, of its own.
            code = "RequestLimitExceeded" if action.startswith("Discover") else "ThrottlingException"
            raise AwsError(code, "Rate exceeded")


def disturbance_of(value: str) -> Disturbance:
    """The disturbance that the value of a cluster's tag asks for. Raises AwsError for a fault it does not know."""
    denied, percent = set(), 0
    for fault in value.split():
        if found := DENIED.fullmatch(fault):
            denied.add(found[1])
        elif found := THROTTLED.fullmatch(fault):
            percent = int(found[1])
        else:
            known = "denied:ACTION (of ecs, logs or servicediscovery) and throttled:PERCENT"
            raise AwsError(INVALID, f"local:fault of a cluster does not know {fault!r}; it knows {known}.")
    return Disturbance(frozenset(denied), percent)
