"""The history of a service, for people and for machines (docs/operating.md tells the fields)."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TextIO

from rich.text import Text

from scaudit.model.incidents import Incident, Phase
from scaudit.model.places import Place, Subject
from scaudit.model.sentences import clean
from scaudit_cli.ask.form import console, count, iso, minute
from scaudit_cli.ask.history import History

SCHEMA = 1
_SHOWN = ("check", "severity", "state", "region", "ecs_cluster", "ecs_service", "endpoint", "subject", "incident_id")


def write(known: Sequence[History], service: str, out: TextIO) -> None:
    """Write for people: what was announced in the order of time, then each incident as it stands or ended."""
    page = console(out)
    for each in known:
        if not (each.incidents or each.announcements):
            continue
        page.print(Text(f"{each.region}, announced since {minute(each.since)}", "bold"))
        for told in each.announcements:
            at = datetime.fromisoformat(told["observed_at"])
            shown = {name: clean(str(told.get(name) or "-")) for name in ("state", "severity", "subject")}
            page.print(f"  {at:%Y-%m-%d %H:%M}  {shown['state']:9} {shown['severity']:9} {shown['subject']}")
        if each.cut:
            page.print(Text("  ... and earlier ones: a shorter --since shows all of it", "dim"))
        if not each.announcements:
            page.print("  nothing by itself; what was told in a digest or only recorded is below")
        page.print(Text("on record", "bold"))
        for (place, subject), incident in sorted(each.incidents.items(), key=lambda of: _ended(of[1])):
            name = f"{place.name} {subject.check} {subject.endpoint}".strip()
            page.print(f"  {clean(name)}: {_life(incident)}")
    if not any(each.incidents or each.announcements for each in known):
        regions = ", ".join(each.region for each in known)
        page.print(f"nothing is on record of {service} in {regions}: was it ever wrong, and is the name right?")


def write_json(known: Sequence[History], service: str, out: TextIO) -> None:
    """Write one JSON object."""
    told = {
        "schema": SCHEMA,
        "service": service,
        "since": iso(min(each.since for each in known)),
        "incidents": [_incident(*of, one) for each in known for of, one in each.incidents.items()],
        "announcements": [
            {"at": record["observed_at"]} | {name: record.get(name, "") for name in _SHOWN}
            for each in known
            for record in each.announcements
        ],
        "cut": any(each.cut for each in known),
    }
    out.write(json.dumps(told, indent=2) + "\n")


def _incident(place: Place, subject: Subject, one: Incident) -> dict[str, Any]:
    return {
        "region": place.region,
        "cluster": place.cluster,
        "service": place.service,
        "id": subject.check,
        "endpoint": subject.endpoint,
        "phase": one.phase.value,
        "severity": one.severity.word,
        "opened_at": iso(one.opened_at),
        "announced_at": iso(one.told_at),
        "resolved_at": iso(one.resolved_at),
        "openings": one.episode,
        "returns": one.returns,
    }


def _ended(one: Incident) -> str:
    return iso(one.resolved_at if one.phase is Phase.QUIET else one.opened_at) or ""


def _life(one: Incident) -> str:
    if one.phase is Phase.QUIET:
        often = f"opened {count(one.episode, 'time')}" + (
            f", came back {count(one.returns, 'time')}" * bool(one.returns)
        )
        return f"{often}; resolved {minute(one.resolved_at)}" if one.resolved_at else f"{often}, never announced"
    began = f"open since {minute(one.opened_at)}" if one.opened_at else "open"
    told = f"{began}, announced {minute(one.told_at)}" if one.told_at else f"{began}, not announced"
    return f"{told}; well since {minute(one.clear_since)}" if one.clear_since else told
