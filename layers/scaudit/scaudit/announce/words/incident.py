"""The words of announcements: what is wrong, where, since when, how many, and what to do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from scaudit.announce.words.announcement import Announcement
from scaudit.announce.words.envelope import SAMPLES, About, announcement
from scaudit.announce.words.summary import listed
from scaudit.checks.check import Check
from scaudit.model import Severity
from scaudit.model.incidents import CANNOT_TELL, Incident, Member, MemberState, News, Open, Share, is_rolling, share_of
from scaudit.model.life import Step, closed_because
from scaudit.model.places import Place
from scaudit.model.sentences import clean
from scaudit.values import dataclass

_MEMBERS = {"service": "", "scaudit": "place", "namespace": "Cloud Map service"}
"""What the members of an incident are called, where that is not what its check is about."""
_STATE = {News.OPENED: "open", News.GREW: "grew", News.ROSE: "grew", News.RESOLVED: "resolved"}


@dataclass(frozen=True, slots=True)
class Where:
    """The place and the endpoint that an incident is about, and the account and log group in which more is known, which
    is in the stack's own Region: `home`, empty where that is the place's. `docs` is the address of the page of checks,
    empty where it has none."""

    place: Place
    endpoint: str
    account: str
    audit_log_group: str
    home: str = ""
    docs: str = ""


def write(
    check: Check,
    where: Where,
    before: Incident,
    step: Step,
    members: Sequence[Member],
    instead: Sequence[Open] | None = None,
) -> Announcement:
    """Write the announcement of `step.news`; `before` is the incident as it was. An outbreak has services for members
    and speaks `instead` of what is wrong with them; that of a cluster (`where.endpoint`) is told as of this."""
    place, endpoint, over = where.place, where.endpoint, step.news is News.RESOLVED
    episode = place.region, place.name, check.id, endpoint, (before if over else step.incident).episode
    if instead is not None and endpoint:
        place, endpoint = Place(place.region, endpoint, ""), ""
    incident = before if over else step.incident
    speaking = [m for m in members if m.state in (MemberState.FAIL, MemberState.LOST)]
    if not speaking and not over:  # closed before it was told
        speaking = [m for m in members if m.state is MemberState.CLOSED]
    told = sorted(speaking, key=lambda m: (m.since or m.observed_at, m.id))
    fix, run = _to_do(check, place, told)
    what = _MEMBERS.get(check.about, check.about) if instead is None else "service"
    facts: dict[str, Any] = {
        "since": incident.opened_at.astimezone(UTC).isoformat(timespec="seconds") if incident.opened_at else "",
        "lasted": _span(before.opened_at, before.clear_since) if over else "",
        "closed_because": closed_because(members) if over else "",
        "affected": {"what": what, "count": len(told), "samples": [m.id for m in told[:SAMPLES]]},
        "sentences": _most_common(told),
        "fix": fix,
        "run": "" if over else run,
        "console": place.console,
        "explained": f"{where.docs}#{check.id.lower()}" if where.docs else f"scaudit explain {check.id}",
    }
    # An end is as severe as what users were told last, so that who filters by it hears of both.
    severity = (before.told_severity if over else max((m.severity for m in told), default=check.severity)).word
    about = About(
        _STATE[step.news],
        severity,
        place,
        where.account,
        endpoint,
        check.id,
        check.title,
        episode,
    )
    again = [incident.returns] if incident.returns else []
    more = " of a deployment that is rolling out: more may follow" * (step.news is News.OPENED and is_rolling(told))
    # Services of two Regions may have one name, and of a mail one reads the subject.
    name = "/".join(filter(None, (where.home and place.region, place.name)))
    grew = _grew(told, before) if step.news is News.GREW else ("", "")
    said = (
        _resolved(about, name, facts) if over else _open(about, name, facts, step.news, grew, more, again=bool(again))
    )
    subject, lines = said
    named = *episode, step.news, incident.growths, *again
    closing = _links(about, facts, where)
    if instead is None or over:
        return announcement(named, about, subject, [*lines, *closing], facts)
    lines += ["", "Not announced one by one:"]
    return announcement(named, about, subject, lines, facts, listed(instead), ["", *closing])


def _grew(told: Sequence[Member], before: Incident) -> tuple[str, str]:
    """What is to be said before and after how many fail: as many as before may by now be more of those that run."""
    among = ", including " if any(m.state is MemberState.LOST for m in told) else ", "
    reached = {Share.SOME: "", Share.HALF: f"{among}half of all", Share.ALL: f"{among}all that run"}
    return "grew to " if len(told) > before.told else "now ", reached[share_of(told)]


def _open(
    about: About, name: str, facts: Mapping[str, Any], news: News, grew: tuple[str, str], more: str, *, again: bool
) -> tuple[str, list[str]]:
    what, number, samples = (facts["affected"][name] for name in ("what", "count", "samples"))
    some = ", ".join(samples) + (", ..." if number > SAMPLES else "")
    count = f"{grew[0]}{number} {what}{'' if number == 1 else 's'}{grew[1]}" if number and what else ""
    counted = count and what != "service"  # an outbreak's sentence says how many services
    first = "AGAIN " if again and news is News.OPENED else ""
    rose = f"now {about.severity}: " if news is News.ROSE else ""
    subject = f"{first}{name}: {rose}{facts['sentences'][0]}" + (f", {count}" if counted else "")
    return subject, [
        *facts["sentences"],
        "",
        f"Check     {about.check}, {'now ' if rose else ''}{about.severity}",
        f"Expected  {about.title}",
        f"Where     {_where(about)}",
        f"Since     {_readable(facts['since'])}{', again within a day of its end' if again else ''}",
        *([f"Affected  {count}{more}: {some}"] if count else []),
        f"Fix       {facts['fix']}",
        *([f"Run       {facts['run']}"] if facts["run"] else []),
    ]


def _resolved(about: About, name: str, facts: Mapping[str, Any]) -> tuple[str, list[str]]:
    why = facts["closed_because"]
    subject = f"CLOSED {name}: {why}" if why else f"RESOLVED {name}: {about.title}"
    return subject, [
        f"Closed without a fix: {why}" if why else f"Resolved: {about.title}",
        "",
        f"Check     {about.check}",
        *([f"Expected  {about.title}"] if why else []),
        f"Where     {_where(about)}",
        f"Since     {_readable(facts['since'])}, for {facts['lasted']}",
    ]


def _to_do(check: Check, place: Place, told: Sequence[Member]) -> tuple[str, str]:
    """The fix, and the command for it; of what was closed before it could be told nothing is left to be done, unless it
    was closed for what is not known."""
    why = closed_because(told)
    if why and all(m.state is MemberState.CLOSED for m in told) and CANNOT_TELL not in why:
        return f"Nothing is left to mend: {why} before this could be told.", ""
    return check.fix, place.redeploy if check.redeploys and place.service else ""


def _where(about: About) -> str:
    place = about.place
    part = f", {'endpoint' if place.cluster else 'about'} {about.endpoint}" if about.endpoint else ""
    return f"{place.name}{part}, {place.region}, account {about.account}"


def _links(about: About, facts: Mapping[str, Any], where: Where) -> list[str]:
    place = about.place
    # Other clusters, and Regions that are linked, may have services of the same name.
    told = {"region": place.region, "ecs_cluster": place.cluster, "ecs_service": place.service}
    whose = " and ".join(f'{name} = "{value}"' for name, value in told.items() if value)
    records = f'record in ["task", "service", "registration"] and {whose}'
    group = f"{where.audit_log_group} in {where.home}" if where.home else where.audit_log_group
    query = [f"Query     filter {records} | sort @timestamp desc", f"          in log group {group}"]
    return [
        *([f"Console   {facts['console']}"] if facts["console"] else []),
        f"Explained {facts['explained']}",
        *(query if place.cluster else []),
        "",
    ]


def _most_common(members: Sequence[Member]) -> list[str]:
    """The different sentences, most frequent first."""
    counted = Counter(clean(m.sentence) for m in members).most_common(SAMPLES)
    return [sentence for sentence, _ in counted]


def _readable(moment: str) -> str:
    return moment.replace("T", " ").replace("+00:00", " UTC")


def _span(begin: datetime | None, end: datetime | None) -> str:
    seconds = int((end - begin).total_seconds()) if begin and end else 0
    minutes, seconds = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    return " ".join(f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min"), (seconds, "s")) if n) or "0 s"


def retired(check_id: str) -> Check:
    """A check that is no longer in the catalogue: what is left to say of it is that its incident is closed."""
    return Check(check_id, f"check {check_id}", about="", severity=Severity.ERROR, fix="", judge=lambda: iter(()))
