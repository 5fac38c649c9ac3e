"""Messages are interfaces: golden files, and what SNS and e-mail ask of them."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scaudit.announce.digests import MOST_COVERED
from scaudit.announce.outbox import dump, load
from scaudit.announce.pool import key_of
from scaudit.announce.words import test_alert
from scaudit.announce.words.announcement import Announcement
from scaudit.announce.words.incident import write
from scaudit.announce.words.summary import baseline, reminder
from scaudit.checks import BY_ID
from scaudit.checks.check import Check, Trigger
from scaudit.judge.outbreak import began
from scaudit.model import Severity
from scaudit.model.incidents import Incident, MemberState, News, Open
from scaudit.model.life import Step, step
from scaudit.model.places import Place, Subject
from scaudit.store.changes import AlertTestAsked, IncidentChanged
from tests.builders import ACCOUNT, NOW, REGION
from tests.checks.worlds import examples
from tests.fakes.announced import OPEN, WHERE, digested, members, of_services, opened, resolved, where, withheld

GOLDEN = Path(__file__).parent / "golden"
LINKED = replace(WHERE, place=Place("eu-west-1", "tutorial", "web"), home=REGION)


def grew() -> Announcement:
    step = Step(replace(OPEN, clear_since=None, told=30, growths=1), News.GREW)
    return write(BY_ID["SC203"], WHERE, OPEN, step, members(30))


def rose() -> Announcement:
    step = Step(replace(OPEN, clear_since=None, told=2, growths=1), News.ROSE)
    return write(BY_ID["SC206"], WHERE, OPEN, step, members(2))


def again() -> Announcement:
    step = Step(replace(OPEN, clear_since=None, returns=1), News.OPENED)
    return write(BY_ID["SC203"], WHERE, OPEN, step, members(1))


def wrong(count: int, **changes: object) -> list[Open]:
    """As many services, each of them wrong in two ways, the first for the longest time."""
    return [
        replace(
            Open(
                Place(REGION, "tutorial", f"web{n}"),
                Subject(check, "nginx"),
                severity,
                at := NOW + timedelta(seconds=n),
                at,
                told_at=at,
            ),
            **changes,
        )
        for n in range(count)
        for check, severity in (("SC203", Severity.CRITICAL), ("SC204", Severity.ERROR))
    ]


ITSELF = where("scaudit", "", "tutorial")


def outbreak(count: int) -> Announcement:
    all = began(wrong(count), {"tutorial": count + 10}, {}, "tutorial", NOW)
    failing = all.members or []
    found = step(failing, Incident(), NOW, hold_down=600, alert_severity=Severity.ERROR)
    return write(BY_ID["SC903"], ITSELF, Incident(), found, failing, all.incidents)


def outbreak_over() -> Announcement:
    return write(BY_ID["SC903"], ITSELF, OPEN, Step(Incident(episode=1), News.RESOLVED), [], wrong(3))


def still_open(count: int) -> Announcement:
    return reminder(wrong(count), NOW + timedelta(days=2), REGION, ACCOUNT)


def rehearsed(who: str) -> Announcement:
    return test_alert.write(AlertTestAsked(REGION, "0123456789abcdef", who), ACCOUNT)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("opened", opened(members(1))),
        ("opened-30-tasks", opened(members(30))),
        ("resolved", resolved()),
        ("closed", resolved(replace(members(1)[0], state=MemberState.CLOSED, closed_because="service scaled to zero"))),
        ("grew", grew()),
        ("rose", rose()),
        ("again", again()),
        ("digest", digested(5)),
        ("test", rehearsed("assumed-role/Admin/alice")),
        ("baseline", baseline(withheld(*of_services(3)), REGION, ACCOUNT, 40)),
        ("reminder", still_open(2)),
        ("opened-outbreak", outbreak(30)),
        ("resolved-outbreak", outbreak_over()),
        ("opened-linked-region", opened(members(2), LINKED)),
        (
            "opened-scaudit-itself",
            opened(
                [replace(members(1, "ecs:DescribeServices is refused; the statement to add: {}")[0], id="tutorial")],
                where("scaudit", "", "ecs:DescribeServices"),
                "SC902",
            ),
        ),
    ],
)
def test_messages(name: str, message: Announcement, golden) -> None:
    golden(GOLDEN / f"message-{name}.txt", f"Subject: {message.subject}\n\n{message.text}")
    golden(GOLDEN / f"message-{name}.json", json.dumps(message.data, indent=2) + "\n")


@pytest.mark.parametrize("check", [check for check in BY_ID.values() if check.on & ~Trigger.LINT], ids=lambda c: c.id)
def test_what_opens_leads_with_what_is_wrong_and_not_with_the_good_state(check: Check) -> None:
    for sentence in examples()[check.id].values():
        message = opened([replace(members(1)[0], sentence=sentence)], where("payments-api", "production"), check.id)
        first, *rest = message.text.splitlines()
        assert first == sentence and f"Expected  {check.title}" in rest
        assert check.title not in message.subject and message.subject.endswith(f"[{check.id}]")
        assert "arn:" not in message.subject.split("statement to add")[0], "long names leave no room for what is wrong"


def test_an_alert_links_to_its_check_where_the_pages_are_or_names_the_command() -> None:
    linked = opened(members(1), replace(WHERE, docs="https://wiki.example.com/scaudit/checks"))
    assert "\nExplained https://wiki.example.com/scaudit/checks#sc203\n" in linked.text
    assert linked.data["explained"] == "https://wiki.example.com/scaudit/checks#sc203"
    assert opened(members(1)).data["explained"] == "scaudit explain SC203"


def test_a_client_that_must_be_redeployed_has_the_command_to_paste() -> None:
    command = f"aws ecs update-service --region {REGION} --cluster tutorial --service web --force-new-deployment"
    stale = opened(members(1, "cannot resolve orders.shop"), where(endpoint=""), "SC401")
    assert stale.data["run"] == command and f"\nRun       {command}\n" in stale.text
    over = write(BY_ID["SC401"], WHERE, OPEN, Step(Incident(episode=1), News.RESOLVED), [])
    assert over.data["run"] == "" and "update-service" not in over.text


def test_hostile_text_is_data() -> None:
    message = opened(members(1, "evil\r\nSubject: fake\x1b[31m é" + "x" * 5000))
    assert len(message.subject) <= 99 and message.subject.isascii() and message.subject.isprintable()
    assert "\x1b" not in message.text and "\nSubject" not in message.text
    assert len(message.text) < 3000


def test_who_asked_for_a_test_is_data_too() -> None:
    message = rehearsed("user/eve#\r\nSubject: fake\x1b[31m" + "x" * 5000)
    assert "\x1b" not in message.text and "\nSubject" not in message.text and len(message.text) < 1500
    assert all(message.attributes.values()) and rehearsed("user/eve").id == rehearsed("user/bob").id


def test_the_same_state_of_the_same_incident_has_the_same_id_and_no_other() -> None:
    assert opened(members(1)).id == opened(members(30, "other words")).id
    others = opened(members(1), where(endpoint="other")), resolved(), opened(members(1), check="SC202")
    assert len({opened(members(1)).id, *(m.id for m in others)}) == 4


def test_each_growth_is_an_announcement_of_its_own() -> None:
    assert len({opened(members(1)).id, again().id, grew().id, resolved().id}) == 4


def test_a_digest_of_thousands_fits_sns_and_covers_them_all() -> None:
    message = digested(3000)
    assert len(message.covers) == 3000 and "... and 2950 more" in message.text
    for message in (digested(3000), baseline(withheld(*of_services(3000)), REGION, ACCOUNT, 0), still_open(3000)):
        assert message.size < 256 * 1024


def test_an_outbreak_of_thousands_fits_sns() -> None:
    assert outbreak(3000).size < 256 * 1024


def test_a_digest_as_long_as_may_be_fits_its_item() -> None:
    """400 KB (AWS: DynamoDB, item size)."""
    key = key_of(IncidentChanged(WHERE.place, Subject("SC203", "nginx")), digested(2))
    message = replace(digested(100), covers=[key] * MOST_COVERED)
    assert len(dump(message).encode()) < 300 * 1024


def test_one_problem_is_not_problems() -> None:
    one = baseline(withheld(*of_services(1)), REGION, ACCOUNT, 0)
    assert one.subject == "scaudit now watches ap-northeast-1; 1 problem was there already"
    assert reminder(wrong(1)[:1], NOW + timedelta(days=1), REGION, ACCOUNT).subject == (
        "scaudit: 1 problem still open in ap-northeast-1, the oldest for 1 day"
    )


def test_a_message_is_kept_to_the_letter() -> None:
    message = digested(3)
    assert load(dump(message)).protocols == message.protocols and load(dump(message)).covers == message.covers


def test_attributes_are_never_empty() -> None:
    place = where("scaudit", "", "ecs:ListTasks")
    many = digested(2), baseline(withheld(*of_services(1)), REGION, ACCOUNT, 0), still_open(1), outbreak(30)
    for message in (opened(members(1)), opened(members(1), place, "SC902"), outbreak_over(), *many):
        assert all(message.attributes.values())


def test_machines_get_json_and_people_text() -> None:
    body = json.loads(opened(members(1)).protocols)
    assert json.loads(body["sqs"])["check"] == "SC203"
    assert body["default"].startswith("registered port is 9999, expected 80\n")
    assert all(isinstance(value, str) for value in body.values())


@pytest.mark.parametrize(
    ("running", "lost", "known", "said"),
    [
        (0, 0, 1, "grew to 4 tasks"),
        (9, 0, 1, "grew to 4 tasks"),
        (8, 0, 1, "grew to 4 tasks, half of all"),
        (8, 0, 4, "now 4 tasks, half of all"),  # the others were scaled in
        (4, 0, 4, "now 4 tasks, all that run"),
        (3, 1, 2, "grew to 4 tasks, including all that run"),
        (3, 1, 9, "now 4 tasks, including all that run"),
    ],
)
def test_one_that_grew_says_by_what_it_did(running: int, lost: int, known: int, said: str) -> None:
    told = [replace(m, running=running) for m in members(4)]
    told[:lost] = [replace(m, state=MemberState.LOST) for m in told[:lost]]
    before = replace(OPEN, clear_since=None, told=known)
    news = write(BY_ID["SC203"], WHERE, before, Step(replace(before, told=4, growths=1), News.GREW), told)
    assert f"Affected  {said}: " in news.text and said[:30] in news.subject
