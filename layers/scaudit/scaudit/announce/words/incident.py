"""The words of announcements: what is wrong, where, since when, how many, and what to do."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scaudit import __version__
from scaudit.announce.words.message import Message, identity, subject_line
from scaudit.announce.words.summary import listed
from scaudit.checks.check import Check
from scaudit.model.incidents import Incident, Member, MemberState, News, Open
from scaudit.model.life import Step, closed_because
from scaudit.model.outside_text import clean
from scaudit.model.places import Place

_SAMPLES = 3
_STATE = {News.OPENED: "open", News.GREW: "grew", News.ROSE: "grew", News.RESOLVED: "resolved"}


@dataclass(frozen=True, slots=True)
class Where:
    """The place and the endpoint that an incident is about, and the account and log group in which more is known."""

    place: Place
    endpoint: str
    account: str
    audit_log_group: str


def announcement(
    check: Check,
    where: Where,
    before: Incident,
    step: Step,
    members: Sequence[Member],
    instead: Sequence[Open] | None = None,
) -> Message:
    """Write the announcement of `step.news`; `before` is the incident as it was. An outbreak has services for members
    and speaks `instead` of what is wrong with them."""
    place = where.place
    incident = before if step.news is News.RESOLVED else step.incident
    told = sorted(
        (m for m in members if m.state in (MemberState.FAIL, MemberState.LOST)),
        key=lambda m: (m.since or m.observed_at, m.id),
    )
    what = {"service": "", "scaudit": "place"}.get(check.about, check.about) if instead is None else "service"
    again = [incident.returns] if incident.returns else []
    times = incident.episode, step.news, incident.growths, *again
    id = identity(place.region, place.name, check.id, where.endpoint, *times)
    data: dict[str, Any] = {
        "schema": 1,
        "scaudit": __version__,
        "message_id": id,
        "state": _STATE[step.news],
        "check": check.id,
        "title": check.title,
        "severity": max((m.severity for m in told), default=check.severity).word,
        "region": place.region,
        "account": where.account,
        "ecs_cluster": place.cluster,
        "ecs_service": place.service,
        "endpoint": where.endpoint,
        "since": incident.opened_at.astimezone(UTC).isoformat(timespec="seconds") if incident.opened_at else "",
        "lasted": _span(before.opened_at, before.clear_since) if step.news is News.RESOLVED else "",
        "closed_because": closed_because(members) if step.news is News.RESOLVED else "",
        "affected": {"what": what, "count": len(told), "samples": [m.id for m in told[:_SAMPLES]]},
        "sentences": _most_common(told),
        "fix": check.fix,
        "console": _console(place),
    }
    count = f"{len(told)} {what}{'' if len(told) == 1 else 's'}" if told and what else ""
    if step.news is News.RESOLVED:
        subject, head = _resolved(data, where)
    else:
        subject, head = _open(data, where, count, step.news, again=bool(again))
    if instead is not None and step.news is not News.RESOLVED:
        data["open"], lines = listed(instead)
        head += ["", "Not announced one by one:", *lines, ""]
    text = "\n".join([*head, *_links(data, where)]) + "\n"
    return Message(id, subject_line(subject, f" [{check.id}]"), text, data)


def _open(data: dict[str, Any], where: Where, count: str, news: News, *, again: bool) -> tuple[str, list[str]]:
    affected = data["affected"]
    samples = ", ".join(affected["samples"]) + (", ..." if affected["count"] > _SAMPLES else "")
    grew = "grew to " if news is News.GREW else ""
    counted = count and affected["what"] != "service"  # an outbreak's sentence says how many services
    first = "AGAIN " if again and news is News.OPENED else ""
    rose = f"now {data['severity']}: " if news is News.ROSE else ""
    subject = f"{first}{where.place.name}: {rose}{data['sentences'][0]}" + (f", {grew}{count}" if counted else "")
    return subject, [
        *data["sentences"],
        "",
        f"Check     {data['check']}, {'now ' if rose else ''}{data['severity']}: {data['title']}",
        f"Where     {_where(where)}",
        f"Since     {_readable(data['since'])}{', again within a day of its end' if again else ''}",
        *([f"Affected  {grew}{count}: {samples}"] if count else []),
        f"Fix       {data['fix']}",
    ]


def _resolved(data: dict[str, Any], where: Where) -> tuple[str, list[str]]:
    why = data["closed_because"]
    subject = f"CLOSED {where.place.name}: {why}" if why else f"RESOLVED {where.place.name}: {data['title']}"
    return subject, [
        f"Closed, not mended: {why}" if why else f"Resolved: {data['title']}",
        "",
        f"Check     {data['check']}: {data['title']}",
        f"Where     {_where(where)}",
        f"Since     {_readable(data['since'])}, for {data['lasted']}",
    ]


def _where(where: Where) -> str:
    place = where.place
    about = f", {'endpoint' if place.cluster else 'about'} {where.endpoint}" if where.endpoint else ""
    return f"{place.name}{about}, {place.region}, account {where.account}"


def _links(data: dict[str, Any], where: Where) -> list[str]:
    place = where.place
    by_service = f' and ecs_service = "{place.service}"' if place.cluster else ""
    return [
        *([f"Console   {data['console']}"] if data["console"] else []),
        f"Explained docs/checks.md#{data['check'].lower()}",
        f'Query     filter record = "task"{by_service} | sort @timestamp desc',
        f"          in log group {where.audit_log_group}",
        "",
        f"scaudit {__version__}, message {data['message_id']}",
    ]


def _console(place: Place) -> str:
    if not place.cluster:
        return ""
    kind = "us-gov" if place.region.startswith("us-gov") else place.region[:2]
    domain = {"cn": "amazonaws.cn", "us-gov": "amazonaws-us-gov.com"}.get(kind, "aws.amazon.com")
    path = f"ecs/v2/clusters/{place.cluster}/services/{place.service}/health?region={place.region}"
    return f"https://{place.region}.console.{domain}/{path}"


def _most_common(members: Sequence[Member]) -> list[str]:
    """The different sentences, most frequent first."""
    counted = Counter(clean(m.sentence) for m in members).most_common(_SAMPLES)
    return [sentence for sentence, _ in counted]


def _readable(moment: str) -> str:
    return moment.replace("T", " ").replace("+00:00", " UTC")


def _span(begin: datetime | None, end: datetime | None) -> str:
    seconds = int((end - begin).total_seconds()) if begin and end else 0
    minutes, seconds = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    return " ".join(f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min"), (seconds, "s")) if n) or "0 s"
