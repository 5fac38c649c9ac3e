"""The history of a service, for people and for machines (docs/operating.md tells the fields)."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TextIO

from rich.text import Text

from scaudit.model import Severity
from scaudit.model.incidents import Incident, Phase
from scaudit.model.places import Place, Subject
from scaudit.model.sentences import clean
from scaudit_cli.ask.form import console, count, iso, minute
from scaudit_cli.ask.history import History
from scaudit_cli.ask.telling import waits_in, well

SCHEMA = 1
_SHOWN = ("check", "severity", "state", "region", "ecs_cluster", "ecs_service", "endpoint", "subject", "incident_id")


def write(known: Sequence[History], service: str, out: TextIO) -> None:
    """Write for people: what was announced in the order of time, then each incident as it stands or ended."""
    page = console(out)
    for each in known:
        if not (each.incidents or each.announcements):
            continue
        page.print(Text(f"{each.region}, alerts since {minute(each.since)}", "bold"))
        for told in each.announcements:
            at = datetime.fromisoformat(told["observed_at"])
            shown = {name: clean(str(told.get(name) or "-")) for name in ("state", "severity", "subject")}
            page.print(f"  {at:%Y-%m-%d %H:%M}  {shown['state']:9} {shown['severity']:9} {shown['subject']}")
        if each.cut:
            page.print(Text("  ... and earlier ones: a shorter --since shows all of it", "dim"))
        if not each.announcements:
            page.print(
                "  no alert was about this service alone; below is also what digests told, and what nobody was told"
            )
        page.print(Text("on record", "bold"))
        for (place, subject), incident in sorted(each.incidents.items(), key=lambda of: _ended(of[1])):
            name = f"{place.name} {subject.check} {subject.endpoint}".strip()
            page.print(f"  {clean(name)}: {_life(each, (place, subject), incident)}")
    if not any(each.incidents or each.announcements for each in known):
        regions = ", ".join(each.region for each in known)
        page.print(f"nothing is on record of {service} in {regions}: was it ever wrong, and is the name right?")


def write_json(known: Sequence[History], service: str, out: TextIO) -> None:
    """Write one JSON object."""
    told = {
        "schema": SCHEMA,
        "service": service,
        "since": iso(min(each.since for each in known)),
        "incidents": [_incident(each, of, one) for each in known for of, one in each.incidents.items()],
        "announcements": [
            {"at": record["observed_at"]} | {name: record.get(name, "") for name in _SHOWN}
            for each in known
            for record in each.announcements
        ],
        "cut": any(each.cut for each in known),
    }
    out.write(json.dumps(told, indent=2) + "\n")


def _incident(known: History, of: tuple[Place, Subject], one: Incident) -> dict[str, Any]:
    place, subject = of
    return {
        "region": place.region,
        "cluster": place.cluster,
        "service": place.service,
        "id": subject.check,
        "endpoint": subject.endpoint,
        "phase": one.phase.value,
        "severity": one.severity.word,
        "opened_at": iso(one.opened_at),
        "announced_at": iso(known.told_at(of)),
        "well_since": iso(one.clear_since),
        "resolved_at": iso(one.resolved_at),
        "openings": one.episode,
        "returns": one.returns,
    }


def _ended(one: Incident) -> str:
    return iso(one.resolved_at if one.phase is Phase.QUIET else one.opened_at) or ""


def _life(known: History, of: tuple[Place, Subject], one: Incident) -> str:
    return ", ".join(filter(None, _parts(known, of, one)))


def _parts(known: History, of: tuple[Place, Subject], one: Incident) -> Iterator[str]:
    over, told_at = one.phase is Phase.QUIET, known.told_at(of)
    yield one.severity.word if one.severity > Severity.INFO else ""
    if one.opened_at and over and one.clear_since:
        yield f"from {minute(one.opened_at)} to {minute(one.clear_since)}"
    elif not over:
        yield f"open since {minute(one.opened_at)}" if one.opened_at else "open"
    if told_at:
        yield f"announced {minute(told_at)}"
    elif of in known.unsent:
        yield waits_in(known.unsent[of])
    elif one.opened_at or not one.resolved_at:
        yield "not announced"
    if one.phase is Phase.CLEAR:
        yield well(one, known.hold_down)
    elif over and one.resolved_at:
        yield f"resolved {minute(one.resolved_at)}"
    yield f"opened {count(one.episode, 'time')}" if one.episode > 1 else ""
    yield f"came back {count(one.returns, 'time')}" if one.returns else ""
