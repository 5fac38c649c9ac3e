"""The history of a service, for people and for machines (docs/operating.md tells the fields)."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from scaudit.model import Severity
from scaudit.model.incidents import Incident, Phase
from scaudit.model.places import Place, Subject
from scaudit.model.sentences import clean
from scaudit.store.overview import undecided
from scaudit_cli.ask import starts_text
from scaudit_cli.ask.doubts import open_words
from scaudit_cli.ask.form import console, count, iso, minute
from scaudit_cli.ask.history import History
from scaudit_cli.ask.telling import waits_in, well
from scaudit_cli.ask.verified import Verified
from scaudit_cli.ask.verified_words import as_json, words
from scaudit_cli.check.absent import looks_like_a_task
from scaudit_cli.output.lines import columns, hanging

SCHEMA = 1
NOTHING = {"announcements": [], "cut": False, "deployments": [], "deployments_cut": False}
_SHOWN = ("check", "severity", "state", "region", "ecs_cluster", "ecs_service", "endpoint", "subject", "incident_id")


def write(known: Sequence[History], service: str, out: TextIO) -> None:
    """Write for people: what was announced in the order of time, then each incident as it stands or ended."""
    page = console(out)
    for each in known:
        if not (each.incidents or each.announcements or each.unheard):
            continue
        page.print(Text(f"{each.region}, alerts since {minute(each.since)}", "bold"))
        for told in each.announcements:
            at = datetime.fromisoformat(told["observed_at"])
            shown = {name: clean(str(told.get(name) or "-")) for name in ("state", "severity", "subject")}
            page.print(f"  {at:%Y-%m-%d %H:%M}  {shown['state']:9} {shown['severity']:9} {shown['subject']}")
        if each.cut:
            page.print(Text("  ... and earlier ones: a shorter --since shows all of it", "dim"))
        if not each.announcements:
            page.print("  none about this service alone: digests are not listed here")
        page.print(Text("on record", "bold"))
        for (place, subject), incident in sorted(each.incidents.items(), key=lambda of: _ended(of[1])):
            name = f"{place.name} {subject.check} {subject.endpoint}".strip()
            page.print(f"  {clean(name)}: {_life(each, (place, subject), incident)}")
        for (place, subject), at in sorted(each.unheard.items()):
            name = f"{place.name} {subject.check} {subject.endpoint}".strip()
            page.print(
                f"  {clean(name)}: failed and was well again {minute(at)}, before it could be told; not announced"
            )
    for each in known:
        for line in starts_text.lines(each.region, each.since, each.rollouts, cut=each.rollouts_cut):
            for part in hanging(line, columns(page, out)):
                page.print(part)
    _never_wrong(page, known)
    if not any(each.found for each in known):
        regions = ", ".join(each.region for each in known)
        alike = list(dict.fromkeys(name for each in known for name in each.alike))
        page.print(f"no service {service} is on record in {regions}: {_advice(service, alike)}")


def _advice(service: str, alike: Sequence[str]) -> str:
    """What to ask instead of a service that nothing is known of."""
    if looks_like_a_task(service):
        return "if that is the beginning of a task's id, no line of the audit log since then has such a task"
    if alike:
        return f"do you mean {' or '.join(alike)}?"
    return (
        "no sweep met it, or it takes no part in Service Connect; scaudit check CLUSTER/SERVICE looks at it, and "
        "scaudit status lists what is swept"
    )


def _never_wrong(page: Console, known: Sequence[History]) -> None:
    """Of services that sweeps meet, and of which there is no incident: each once, with the Regions where it is so."""
    alike: dict[str, list[str]] = {}
    for each in known:
        wrong = {place for place, _ in (*each.incidents, *each.unheard)}
        for place, state in sorted(each.states.items(), key=lambda of: of[0]):
            open_ = [open_words(one) for one in undecided(place.name, {place: state})]
            for told in open_:
                page.print(f"{each.region}: {told}")
            if place not in wrong:
                since = f", {minute(each.created)}" if each.created else ""
                known_wrong = "nothing else is known to have been" if open_ else "nothing was ever"
                told = f"{place.name}: {known_wrong} wrong with it since the stack was deployed{since}"
                alike.setdefault(told, []).append(each.region)
    for told, regions in alike.items():
        page.print(f"{', '.join(regions)}: {told}" if len(known) > 1 else told)


def write_task(of: Verified, asked: str, out: TextIO) -> None:
    """Write for people whether a task was verified."""
    page = console(out)
    where = f" of {'/'.join(of.lines[0].place[1:])}, {of.lines[0].place[0]}" if of.lines else ""
    page.print(clean(f"task {of.task}{where}"))
    for line in words(of):
        page.print(f"  {clean(line)}")


def write_task_json(of: Verified, asked: str, out: TextIO) -> None:
    """Write one JSON object, as of a service, about a task alone."""
    told = {"schema": SCHEMA, "service": asked, "since": iso(of.since), "known": [], "incidents": [], "unheard": []}
    out.write(json.dumps(told | NOTHING | {"task": as_json(of)}, indent=2) + "\n")


def write_json(known: Sequence[History], service: str, out: TextIO) -> None:
    """Write one JSON object."""
    told = {
        "schema": SCHEMA,
        "service": service,
        "since": iso(min(each.since for each in known)),
        "known": [place.name for each in known for place in each.states],
        "incidents": [_incident(each, of, one) for each in known for of, one in each.incidents.items()],
        "unheard": [
            {**_of(place, subject), "well_at": iso(at)}
            for each in known
            for (place, subject), at in sorted(each.unheard.items())
        ],
        "announcements": [
            {"at": record["observed_at"]} | {name: record.get(name, "") for name in _SHOWN}
            for each in known
            for record in each.announcements
        ],
        "cut": any(each.cut for each in known),
        "deployments": [starts_text.as_json(rollout) for each in known for rollout in each.rollouts],
        "deployments_cut": any(each.rollouts_cut for each in known),
        "task": None,
    }
    out.write(json.dumps(told, indent=2) + "\n")


def _incident(known: History, of: tuple[Place, Subject], one: Incident) -> dict[str, Any]:
    return {
        **_of(*of),
        "phase": one.phase.value,
        "severity": one.severity.word,
        "opened_at": iso(one.opened_at),
        "announced_at": iso(known.told_at(of)),
        "well_since": iso(one.clear_since),
        "resolved_at": iso(one.resolved_at),
        "openings": one.episode,
        "returns": one.returns,
        "quiet": known.silenced.get(of, ""),
    }


def _of(place: Place, subject: Subject) -> dict[str, str]:
    return {
        "region": place.region,
        "cluster": place.cluster,
        "service": place.service,
        "id": subject.check,
        "endpoint": subject.endpoint,
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
    elif of in known.unsent and one.phase is Phase.OPEN:  # else it is over before that: nobody is told
        yield waits_in(known.unsent[of])
    elif one.opened_at or not one.resolved_at:
        yield "not announced"
    yield known.silenced.get(of, "")
    if one.phase is Phase.CLEAR:
        yield well(one, known.hold_down)
    elif over and one.resolved_at:
        yield f"resolved {minute(one.resolved_at)}"
    yield f"opened {count(one.episode, 'time')}" if one.episode > 1 else ""
    yield f"came back {count(one.returns, 'time')}" if one.returns else ""
