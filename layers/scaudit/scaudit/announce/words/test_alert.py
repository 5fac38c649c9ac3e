"""The words of the test alert that a person asks for with `scaudit test-alert`."""

from scaudit.announce.words.announcement import Announcement
from scaudit.announce.words.envelope import About, announcement, identity
from scaudit.model import Severity
from scaudit.model.places import Place
from scaudit.model.sentences import clean
from scaudit.store.changes import AlertTestAsked


def message_id(account: str, region: str, request: str) -> str:
    """The id of the announcement that a request brings about."""
    return identity(account, *_named(region, request))


def write(asked: AlertTestAsked, account: str) -> Announcement:
    """Write the test alert. It is of the highest severity, so that whatever lets an alert through lets it through."""
    who = clean(asked.requested_by)
    about = About("test", Severity.CRITICAL.word, Place(asked.region, "", ""), account)
    lines = [
        "This is a test, and nothing is wrong. scaudit's alerts will arrive here.",
        "",
        "It took the path of every alert: queue, verify, table, stream, notify and topic.",
        "",
        f"Asked by  {who}, with `scaudit test-alert`",
        f"Where     {asked.region}, account {account}",
        "",
    ]
    facts = {"affected": {"what": "", "count": 0, "samples": []}, "requested_by": who}
    subject = f"TEST scaudit: alerts from {asked.region} arrive here"
    return announcement(_named(asked.region, asked.id), about, subject, lines, facts)


def _named(region: str, request: str) -> tuple[str, ...]:
    return region, "test#", request
