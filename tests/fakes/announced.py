"""Announcements of an incident with so many tasks, of its end, and of many incidents at once."""

from datetime import timedelta

from scaudit.announce.words.announcement import Announcement
from scaudit.announce.words.incident import Where, write
from scaudit.announce.words.summary import digest
from scaudit.checks import BY_ID
from scaudit.model import Severity
from scaudit.model.incidents import Incident, Member, MemberState, News
from scaudit.model.life import Step, step
from scaudit.model.places import Place
from tests.builders import ACCOUNT, NOW, REGION, TASK_ID


def where(service: str = "web", cluster: str = "tutorial", endpoint: str = "nginx") -> Where:
    return Where(Place(REGION, cluster, service), endpoint, ACCOUNT, "scaudit-AuditLog-1A2B3C")


WHERE = where()


def members(count: int, sentence: str = "registered port is 9999, expected 80") -> list[Member]:
    return [
        Member(
            id=f"{n:02d}{TASK_ID[2:]}",
            state=MemberState.FAIL,
            observed_at=NOW,
            severity=Severity.CRITICAL,
            sentence=sentence,
            since=NOW + timedelta(seconds=n),
            task_created_at=NOW,
        )
        for n in range(count)
    ]


def opened(told: list[Member], place: Where = WHERE, check: str = "SC203") -> Announcement:
    found = step(told, Incident(), NOW, hold_down=600, alert_severity=Severity.ERROR)
    return write(BY_ID[check], place, Incident(), found, told)


OPEN = Incident(
    episode=1,
    opened_at=NOW,
    clear_since=NOW + timedelta(seconds=4000),
    told=1,
    told_at=NOW,
    told_severity=Severity.CRITICAL,
)


def resolved(*told: Member) -> Announcement:
    return write(BY_ID["SC203"], WHERE, OPEN, Step(Incident(episode=1), News.RESOLVED), told)


def withheld(*told: Announcement) -> list[tuple[str, dict]]:
    return [(f"withheld#{message.id}", message.data | {"subject": message.subject}) for message in told]


def of_services(count: int) -> list[Announcement]:
    return [opened(members(1), where(f"web{n}")) for n in range(count)]


def digested(count: int) -> Announcement:
    """Of incidents of as many services, the last of them already over."""
    return digest(withheld(*of_services(count - 1), resolved()), REGION, ACCOUNT)
