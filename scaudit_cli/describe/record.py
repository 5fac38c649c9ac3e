"""What the deployed stack has on record against one service."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from scaudit.model import Severity
from scaudit.model.places import Place
from scaudit.store.ledger import Ledger
from scaudit.store.overview import Overview, problems_of, undecided
from scaudit.store.service_states import ServiceStates
from scaudit.store.table import Table
from scaudit_cli.ask.status import Status, heard
from scaudit_cli.ask.telling import unsent_in
from scaudit_cli.ask.verified import verified
from scaudit_cli.ask.verified_words import words
from scaudit_cli.deployed import Deployed, answers, find, readable
from scaudit_cli.usage import Refused

LOOKS_BACK = timedelta(days=7)
"""So far back the audit log is asked about a task."""


def on_record(
    stack: str, regions: Sequence[str], place: Place, at: datetime, profile: str = "", task: str = ""
) -> tuple[Status | str, Sequence[str]]:
    """What stands against a service in the table of the stack, which is looked for in these Regions: three queries and
    one item; and of a `task` whether it was verified, in sentences: one query of the audit log. Where there is none, or
    it may not be read, the sentence that says so."""
    why = ""
    for region in dict.fromkeys(regions):
        try:
            deployed = find(stack, region, profile)
        except Refused as refused:
            why = why or refused.bare
            continue
        if place.region not in deployed.regions:
            why = f"stack {stack} in {deployed.region} does not watch {place.region}"
            continue
        try:
            return _read(deployed, place, at), _verified(deployed, task, at) if task else ()
        except Refused as refused:
            return str(refused), ()
    return why, ()


def _verified(deployed: Deployed, task: str, at: datetime) -> Sequence[str]:
    try:
        with answers():
            return list(words(verified(deployed, task, at - LOOKS_BACK, at)))
    except Refused as refused:
        return [f"whether it was verified is not known: {refused}"]


def _read(deployed: Deployed, place: Place, at: datetime) -> Status:
    with answers(f"stack {deployed.stack} in {deployed.region}: "), readable():
        table = Table(deployed.client("dynamodb"), deployed.outputs["TableName"])
        unsent = unsent_in(table, [place.region], at)
        swept = Ledger(table).estate(place.region).get(place.cluster)
        known = Overview(
            place.region,
            (swept,) if swept else (),
            problems=problems_of(table, place),
            undecided=tuple(undecided(place.name, ServiceStates(table).of([place]))),
        )
    return Status(
        stack=deployed.stack,
        account=deployed.account,
        at=at,
        regions=(heard(known, deployed.ignored),),
        dead_letters=0,
        threshold=deployed.parameters.get("AlertSeverity", Severity.ERROR.word),
        ignored=deployed.ignored,
        hold_down=deployed.hold_down,
        waiting=unsent,
    )
