"""The words of the test alert that a person asks for with `scaudit test-alert`."""

from scaudit import __version__
from scaudit.announce.words.message import Message, identity, subject_line
from scaudit.model import Severity
from scaudit.model.outside_text import clean
from scaudit.queue.messages import TEST


def message_id(region: str, id: str) -> str:
    """The id of the announcement that a request brings about."""
    return identity(region, TEST, id)


def announcement(subject: str, region: str, account: str) -> Message:
    """The announcement for the subject of a Rehearsal. Of the highest severity, so that whatever lets an alert through
    lets this one through."""
    id, who = subject.removeprefix(TEST).split("#", 1)
    who = clean(who)
    told = message_id(region, id)
    data = {
        "schema": 1,
        "scaudit": __version__,
        "message_id": told,
        "state": "test",
        "check": "",
        "severity": Severity.CRITICAL.word,
        "region": region,
        "account": account,
        "ecs_cluster": "",
        "ecs_service": "",
        "endpoint": "",
        "affected": {"what": "", "count": 0, "samples": []},
        "requested_by": who,
    }
    text = f"""This is a test, and nothing is wrong. Alerts of scaudit arrive where you read this.

It came the way of every alert: through queue, verify, table, stream, notify and topic.

Asked by  {who}, with `scaudit test-alert`
Where     {region}, account {account}

scaudit {__version__}, message {told}
"""
    return Message(told, subject_line(f"TEST scaudit: alerts from {region} arrive here", ""), text, data)
