"""Why it would not be known that nothing is wrong."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scaudit.model import Status
from scaudit.model.sentences import some
from scaudit.values import dataclass
from scaudit_cli.ask.form import age, count, minute
from scaudit_cli.deployed import Deployed

if TYPE_CHECKING:
    from scaudit.store.overview import Overview, Undecided

STALE = timedelta(minutes=90)
"""The slowest sweep has been by within this: `SweepRate` is an hour at most, and the alarm HeartbeatSilent waits so."""
SWEEP_RATE = "rate(15 minutes)"
"""As the template has it where nobody says otherwise."""


def open_words(found: "Undecided") -> str:
    """What is unknown or pending, in a sentence."""
    kinds = ((found.tasks, "task"), (found.services, "service"))
    number = " and ".join(count(number, what) for number, what in kinds if number)
    checks = f" ({', '.join(found.checks)})" if found.checks else ""
    of = f": {some(found.of)}" if found.of not in ((), (found.where,)) else ""
    if found.status is Status.PENDING:
        are = "is" if found.tasks + found.services == 1 else "are"
        return f"{number} of {found.where} {are} pending{checks}{of}"
    told = "the saved query on them tells why, and scaudit check looks again"
    early = "; what compares services of a namespace is not known before the second sweep" if _compares(found) else ""
    return f"{number} of {found.where} could not be judged{checks}{of}; {told}{early}"


def _compares(found: "Undecided") -> bool:
    """Whether a check is among them that wants to know the other services of a namespace."""
    from scaudit.checks import BY_ID
    from scaudit.checks.facts import OF_NEIGHBOURS

    checks = [BY_ID[check] for check in found.checks if check in BY_ID]
    return any(not OF_NEIGHBOURS.isdisjoint(check.inputs) for check in checks)


@dataclass(frozen=True, slots=True)
class New:
    """A stack that is so young that no sweep needs to have come by yet: its `age`, and when one comes."""

    age: str
    sweep: str

    @classmethod
    def of(cls, deployed: Deployed, at: datetime) -> "New | None":
        """The stack, where it is so young."""
        if deployed.created is None or at - deployed.created > STALE:
            return None
        rate = deployed.parameters.get("SweepRate", SWEEP_RATE)
        name = deployed.outputs.get("SweepFunctionName", "SweepFunctionName")
        run = f"aws lambda invoke --function-name {name} --region {deployed.region} /dev/null"
        comes = f"the first sweep comes within its SweepRate, {rate}; to have it now: {run}"
        return cls(age(at - deployed.created), comes)


def doubts(region: "Overview", at: datetime, new: New | None = None) -> list[str]:
    """Why it is not known of a Region that nothing is wrong, in sentences. A stack may be too `new` for that."""
    if new and not region.swept:
        return [f"{region.region}: the stack is {new.age} old, and {new.sweep}"]
    found = [] if region.swept else [f"{region.region}: no cluster was swept yet"]
    found += [f"{region.region}: {name} was not swept yet" for name in region.unswept]
    found += [f"{region.region}: {open_words(each)}" for each in region.undecided]
    for each in region.swept:
        if at - each.at > STALE:
            found.append(f"{region.region}: {each.cluster} was last swept {minute(each.at)}")
        if each.verified < each.tasks:
            found.append(
                f"{region.region}: {each.tasks - each.verified} of {each.tasks} tasks of {each.cluster} "
                "were not verified"
            )
    if region.heartbeat is None:
        since = f"yet; the stack is {new.age} old" if new else "for a day"
        found.append(f"{region.region}: no heartbeat {since}")
    elif at - region.heartbeat > STALE:
        found.append(f"{region.region}: the last heartbeat was {minute(region.heartbeat)}")
    return found
