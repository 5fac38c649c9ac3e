"""`scaudit status` on moto's table: what it shows of what is on record, and when it says that it could not tell."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws
from typer.testing import CliRunner

from scaudit.model import Severity
from scaudit.model.incidents import Member, MemberState, Phase
from scaudit.model.places import Place, Subject
from scaudit.model.service_states import ServiceState, Told
from scaudit.store import overview
from scaudit.store.changes import CanaryPassed, Digest
from scaudit.store.items import Swept
from scaudit.store.keys import TOUCH, itself
from scaudit.store.neighbours import Mesh
from scaudit.store.service_states import ServiceStates
from scaudit.store.table import Table, encode
from scaudit_cli.app import app
from scaudit_cli.ask import status as asked
from scaudit_cli.ask import status_text
from scaudit_cli.ask.form import iso, minute
from tests.builders import ORDERS, REGION
from tests.cli.stack_desk import ADDRESS, HEALTH, PORT, WEB, StackDesk, waits
from tests.cli.terminal import Terminal
from tests.fakes.schemas import described
from tests.fakes.stubbed import TABLE

OTHER = "eu-west-1"
NONE_OPEN = {"pending": 0, "unknown": 0}


def heart(region: str) -> dict[str, str]:
    """Where the last heartbeat is."""
    pk, name = CanaryPassed(region).key
    return {"pk": pk, "sk": TOUCH + name}


class Desk(StackDesk):
    """What `status` says of it."""

    def run(self, *options: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["status", *options])
        assert "Traceback" not in result.output
        return result.exit_code, result.output

    def json(self, *options: str) -> tuple[int, dict[str, Any]]:
        code, out = self.run("--output", "json", *options)
        return code, described("status", out)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, dynamodb: Any) -> Iterator[Desk]:
    with mock_aws():
        yield Desk(monkeypatch, dynamodb, asked)


def test_nothing_wrong_and_all_verified_is_0(desk: Desk) -> None:
    code, out = desk.run()
    assert code == 0 and out.splitlines()[-1] == "nothing found; 3 of 3 running tasks verified at the last sweep"
    assert f"{REGION} tutorial: 3 of 3 tasks of 2 services verified, swept 0 min ago" in out


@pytest.mark.parametrize("lacks", ["checks", "swept_at", "tasks"])
def test_an_item_that_cannot_be_read_is_named_and_blinds_nobody_to_the_rest(desk: Desk, lacks: str) -> None:
    desk.fails(PORT, "a1")
    table = Table(desk.dynamodb, TABLE)
    (item,) = [each for each in table.query(f"{REGION}//estate", "cluster#") if each["sk"] == "cluster#tutorial"]
    table.put({name: value for name, value in item.items() if name != lacks})
    code, out = desk.run()
    told = " ".join(out.split())
    assert code == 1 and "critical tutorial/web SC203 nginx" in told
    assert f"the item {REGION}//estate cluster#tutorial of the table cannot be read (KeyError: '{lacks}')" in told
    assert desk.run("--fail-on", "critical")[0] == 1


def test_what_is_wrong_is_told_with_its_age_its_tasks_and_its_sentence(desk: Desk) -> None:
    desk.fails(PORT, "a1", "a2")
    code, out = desk.run()
    first, second, third = out.splitlines()[2:5]
    assert code == 1 and first == "critical tutorial/web  SC203 nginx"
    assert second.strip() == "registered port is 9999, expected 80"
    assert third.strip().startswith("since ") and third.endswith(" UTC") and "(60 min), 2 tasks, announced " in third
    assert out.splitlines()[-1].startswith("1 critical; ")


def test_the_worst_comes_first_and_a_long_list_is_cut_for_people_only(desk: Desk) -> None:
    for number in range(25):
        desk.swept(f"cluster-{number}", services=0, tasks=0, verified=0)
        place = Place(REGION, f"cluster-{number}", "web")
        desk.fails(PORT, "a1", place=place, told=False, severity=Severity.WARNING)
    desk.fails(ADDRESS, "a1")
    code, told = desk.json()
    assert code == 1 and [p["id"] for p in told["problems"]] == ["SC202", *["SC203"] * 25]
    assert told["summary"] == {"critical": 1, "warning": 25, "tasks": 3, "verified": 3} | NONE_OPEN
    assert "... and 6 more" in desk.run()[1]


def test_what_many_services_of_a_cluster_have_alike_is_told_once_with_their_names(desk: Desk) -> None:
    """At three in the morning thirty blocks of one cause would hide what else is wrong."""
    desk.ledger.swept(OTHER, Swept("tutorial", 1, 1, 1, (), desk.now))
    desk.parameters = {"LinkedRegions": OTHER}
    for number in range(80):
        desk.fails(PORT, "a1", place=Place(REGION, "tutorial", f"svc-{number:02d}"))
    for endpoint in ("grpc", "http"):
        desk.fails(Subject("SC203", endpoint), "a1", place=Place(REGION, "tutorial", "two"))
    desk.fails(PORT, "a1", place=Place(REGION, "tutorial", "silent"), suppressed=True, told=False)
    desk.fails(PORT, "a1", place=Place(OTHER, "tutorial", "svc-00"))
    desk.fails(HEALTH, "a1")
    out = desk.run()[1]
    heads = [line for line in out.splitlines() if line.startswith("critical ")]
    assert sorted(heads) == sorted(
        [
            "critical tutorial/svc-00  SC203 nginx",
            f"critical {OTHER}/tutorial/svc-00  SC203 nginx",
            "critical tutorial/silent  SC203 nginx",
            "critical tutorial/web  SC302",
        ]
    )
    words = " ".join(out.split())
    assert "the same in 81 more: svc-01, svc-02, " in words and "svc-60 and 21 more see " in words
    assert len(desk.json()[1]["problems"]) == 85 and "... and" not in out


def test_of_those_that_are_alike_the_endpoints_of_one_service_are_named(desk: Desk) -> None:
    for number in range(5):
        desk.fails(Subject("SC203", f"api-{number}"), "a1")
    assert "the same in 4 more: web api-1, web api-2, web api-3, web api-4" in " ".join(desk.run()[1].split())


def test_three_that_are_alike_are_told_each_for_itself(desk: Desk) -> None:
    for number in range(3):
        desk.fails(PORT, "a1", place=Place(REGION, "tutorial", f"svc-{number}"))
    assert desk.run()[1].count("registered port is 9999, expected 80") == 3


@pytest.mark.parametrize(
    ("about", "parameters", "why", "code"),
    [
        ({"suppressed": True}, {}, "suppressed by a tag", 0),  # as a version before this one wrote it
        ({"suppressed": True, "until": "2199-01-31"}, {}, "suppressed by a tag until 2199-01-31", 0),
        ({"caused_by": "SC304"}, {}, "explained by SC304", 1),
        ({"severity": Severity.WARNING}, {}, "not announced: AlertSeverity is error", 0),
        ({}, {"AlertSeverity": "none"}, "not announced: AlertSeverity is none", 1),
        ({}, {"IgnoreChecks": "SC302, SC203"}, "not announced: the check is in IgnoreChecks", 1),
        ({}, {}, "not announced yet", 1),
    ],
)
def test_what_nobody_is_told_of_is_shown_with_the_reason(
    desk: Desk, about: dict[str, Any], parameters: dict[str, str], why: str, code: int
) -> None:
    desk.parameters |= parameters
    desk.fails(PORT, "a1", told=False, **about)
    if cause := about.get("caused_by"):
        desk.fails(Subject(cause), "a1", told=False, severity=Severity.WARNING)
    got, told = desk.json()
    assert (got, next(p["quiet"] for p in told["problems"] if p["id"] == "SC203")) == (code, why)
    assert why in desk.run()[1]


def test_what_passed_since_is_no_problem(desk: Desk) -> None:
    desk.fails(PORT, "a1", told=False)
    desk.ledger.record(WEB, PORT, Member("a1", MemberState.PASS, desk.now))
    assert desk.json()[1]["problems"] == []


def test_scaudit_itself_and_clusters_that_were_not_swept_are_not_forgotten(desk: Desk) -> None:
    desk.fails(Subject("SC902", "ecs:ListTasks"), "-", place=itself(REGION))
    desk.fails(HEALTH, "a1", place=Place(REGION, "new", "api"))
    assert [(p["cluster"], p["service"]) for p in desk.json()[1]["problems"]] == [("", "scaudit"), ("new", "api")]


@pytest.mark.parametrize("severity", ["warning", "error"])
def test_fail_on_decides_what_is_1(desk: Desk, severity: str) -> None:
    desk.fails(PORT, "a1", told=False, severity=Severity.WARNING)
    assert desk.run("--fail-on", severity)[0] == (1 if severity == "warning" else 0)


def test_what_was_not_looked_at_is_never_fine(desk: Desk) -> None:
    desk.swept(ago=-1, tasks=5)
    desk.swept("old", ago=91)
    desk.sqs.send_message(QueueUrl=desk.dead, MessageBody="{}")
    code, told = desk.json()
    assert code == 2 and [doubt.split(": ", 1)[1] for doubt in told["doubts"]] == [
        f"old was last swept {desk.now - timedelta(minutes=91):%Y-%m-%d %H:%M} UTC",
        "2 of 5 tasks of tutorial were not verified",
        "scaudit redrive shows them",
    ]
    assert "nothing found, but not all was looked at" in desk.run()[1]


def test_a_heart_that_does_not_beat_is_a_doubt(desk: Desk) -> None:
    desk.ledger.touch(CanaryPassed(REGION), desk.now - timedelta(hours=2))
    assert desk.run()[0] == 2 and "the last heartbeat was" in desk.run()[1]


def test_a_linked_region_of_which_nothing_is_known_is_a_doubt(desk: Desk) -> None:
    desk.parameters["LinkedRegions"] = "eu-west-1, us-east-1"
    code, told = desk.json()
    assert code == 2 and [each["region"] for each in told["regions"]] == [REGION, "eu-west-1", "us-east-1"]
    assert "eu-west-1: no cluster was swept yet" in told["doubts"]


def test_two_thousand_services_take_a_handful_of_reads(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        desk.swept(f"cluster-{number}", services=50, tasks=500, verified=500)
    desk.fails(PORT, *(f"a{number}" for number in range(9)))
    made: list[str] = []
    desk.ledger._table._client.meta.events.register(
        "before-call.dynamodb.*", lambda model, **_: made.append(model.name)
    )
    desk.run()
    assert len(made) <= 2 * 41 + 7, "two queries for each cluster, and what is asked once"


def test_names_that_steer_a_terminal_do_not(desk: Desk) -> None:
    desk.fails(PORT, "a1", sentence="port \x1b[2J is wrong")
    assert "\x1b" not in desk.run()[1]


def test_log_text_is_data(desk: Desk) -> None:
    desk.fails(
        PORT, "a1", sentence="Failed to change [/tmp/envoy_admin.sock] permission to [384] of db:lock:80 [link=x]"
    )
    assert "[/tmp/envoy_admin.sock] permission to [384] of db:lock:80 [link=x]" in desk.run()[1]


def test_one_member_of_many_that_speaks_for_itself_counts(desk: Desk) -> None:
    desk.parameters["AlertSeverity"] = "none"
    desk.fails(Subject("SC304"), "a1", "a2", "a3", told=False, severity=Severity.WARNING)
    desk.fails(PORT, "a1", "a2", "a3", told=False, caused_by="SC304")
    assert desk.json()[1]["summary"] == {"critical": 1, "tasks": 3, "verified": 3} | NONE_OPEN, (
        "the cause, as bad as its effect"
    )
    desk.fails(PORT, "a4", told=False)
    assert desk.json()[1]["summary"]["critical"] == 2


def test_of_what_is_not_read_whole_nobody_says_that_all_of_it_is_silenced(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "AT_MOST", 3)
    desk.fails(PORT, "a1", "a2", "a3", "a4", told=False, suppressed=True, severity=Severity.WARNING)
    code, told = desk.json()
    assert code == 2 and told["doubts"] == ["tutorial/web: 3 of 4 that fail SC203 were read, and these are silenced"]
    assert told["summary"] == {"tasks": 3, "verified": 3} | NONE_OPEN


@pytest.mark.parametrize("about", [{"suppressed": True}, {"state": MemberState.PASS}, {"id": "a2"}])
def test_an_effect_is_quiet_only_while_its_cause_speaks(desk: Desk, about: dict[str, Any]) -> None:
    desk.fails(Subject("SC304"), about.pop("id", "a1"), told=False, severity=Severity.WARNING, **about)
    desk.fails(PORT, "a1", told=False, caused_by="SC304")
    assert desk.json()[0] == 1


def test_a_cluster_whose_first_sweep_has_not_ended_is_a_doubt_and_its_problems_are_told(desk: Desk) -> None:
    desk.parameters["AlertSeverity"] = "none"
    place = Place(REGION, "new", "api")
    desk.fails(HEALTH, "a1", place=place, told=False)
    Mesh(REGION, Table(desk.dynamodb, TABLE)).keep(replace(ORDERS, cluster="new"), desk.now)
    code, told = desk.json()
    assert code == 1 and f"{REGION}: new was not swept yet" in told["doubts"]


def test_what_could_not_be_judged_is_a_doubt(desk: Desk) -> None:
    told = {"a1": Told("unknown", "d", desk.now), "a2": Told("pass", "d", desk.now)}
    states = ServiceStates(Table(desk.dynamodb, TABLE))
    states.keep(WEB, ServiceState(2, 2, (), told), desk.now)
    code, answer = desk.json()
    assert code == 2 and answer["doubts"][0].startswith(f"{REGION}: 1 task of tutorial could not be judged")
    assert "second sweep" not in answer["doubts"][0]
    states.keep(WEB, ServiceState(2, 2, (), told), desk.now - timedelta(hours=27))
    desk.dynamodb.delete_item(TableName=TABLE, Key=encode({"pk": f"{REGION}//services#tutorial", "sk": "web"}))
    states.keep(WEB, ServiceState(2, 2, (), told), desk.now - timedelta(hours=27))
    assert desk.json()[0] == 0, "a service that no sweep met for a day is gone"


def test_what_is_pending_is_neither_verified_nor_fine(desk: Desk) -> None:
    told = {
        "a1": Told("pending", "d", desk.now, because=("SC201",)),
        "a2": Told("pending", "e", desk.now, because=("SC201", "SC302")),
        "a3": Told("pass", "d", desk.now),
    }
    ServiceStates(Table(desk.dynamodb, TABLE)).keep(WEB, ServiceState(3, 3, (), told), desk.now)
    code, answer = desk.json()
    assert code == 2 and answer["doubts"] == [f"{REGION}: 2 tasks of tutorial are pending (SC201, SC302): tutorial/web"]
    assert answer["summary"] == {"tasks": 3, "verified": 1, "pending": 2, "unknown": 0}
    (cluster,) = answer["regions"][0]["clusters"]
    assert (cluster["verified"], cluster["pending"], cluster["unknown"]) == (1, 2, 0)
    code, out = desk.run()
    assert code == 2 and out.splitlines()[-1] == (
        "nothing found, but not all is decided; 1 of 3 running tasks verified at the last sweep, "
        "2 tasks pending (SC201, SC302)"
    )
    assert "1 of 3 tasks of 2 services verified" in out


@pytest.mark.parametrize("lost", [True, False])
def test_what_is_well_again_is_said_so_until_it_is_resolved(desk: Desk, lost: bool) -> None:
    began, well = desk.now - timedelta(minutes=14), desk.now - timedelta(minutes=3)
    if lost:
        desk.fails(PORT, "a1", "a2", told=False, state=MemberState.LOST, since=began)
    desk.opens(PORT, WEB, began, Phase.CLEAR, clear_since=well)
    code, answer = desk.json()
    (problem,) = answer["problems"]
    assert (code, answer["doubts"], answer["summary"].get("critical")) == (0, [], None)
    assert (problem["severity"], problem["announced_at"]) == ("critical", iso(began))
    assert (problem["since"], problem["well_since"]) == (iso(began), iso(well))
    over = f"well since {minute(well)}: resolved after HoldDown, about {minute(well + timedelta(minutes=10))}"
    assert problem["quiet"] == "" and over in desk.run()[1] and "not announced" not in desk.run()[1]
    assert desk.run()[1].splitlines()[2].startswith("well     tutorial/web")


def test_what_is_well_again_stands_behind_what_is_wrong(desk: Desk) -> None:
    desk.opens(PORT, WEB, desk.now, Phase.CLEAR, clear_since=desk.now)
    desk.fails(Subject("SC401"), "-", told=False, severity=Severity.WARNING)
    assert [each["id"] for each in desk.json()[1]["problems"]] == ["SC401", "SC203"]


def test_a_terminal_of_60_columns_has_lines_of_60(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.fails(PORT, "a1", told=False, sentence="a word " * 30)
    for number in range(9):
        blind = {f"a{number}": Told("unknown", "d", desk.now, because=("SC303",))}
        states = ServiceStates(Table(desk.dynamodb, TABLE))
        states.keep(Place(REGION, "tutorial", f"s{number:02}"), ServiceState(1, 1, (), blind), desk.now)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    status_text.write(asked.read(asked.find("scaudit"), desk.now), out)
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= 60
    assert sum(line.startswith("         a word") or line.startswith("         word") for line in lines) > 3


def test_what_fails_anew_is_not_well(desk: Desk) -> None:
    desk.opens(PORT, WEB, desk.now, Phase.CLEAR, clear_since=desk.now)
    desk.fails(PORT, "a3", told=False)
    assert desk.json()[0] == 1


@pytest.mark.parametrize(("digest", "where"), [(Digest.BASELINE, "the baseline"), (Digest.OVERFLOW, "a digest")])
def test_what_waits_for_a_digest_is_not_announced_yet(desk: Desk, digest: Digest, where: str) -> None:
    desk.fails(PORT, "a1")
    waits(Table(desk.dynamodb, TABLE), WEB, PORT, desk.now, digest)
    (problem,) = desk.json()[1]["problems"]
    assert problem["announced_at"] is None and problem["quiet"].startswith(f"in {where}, not sent yet")


def quiet_of(desk: Desk) -> str:
    (problem,) = desk.json()[1]["problems"]
    return str(problem["quiet"])


def test_when_the_baseline_is_sent_is_told_until_that_is_over(desk: Desk) -> None:
    desk.fails(PORT, "a1")
    table, minutes = Table(desk.dynamodb, TABLE), timedelta(minutes=1)
    waits(table, WEB, PORT, desk.now - 14 * minutes)
    assert quiet_of(desk).endswith(f"not sent yet: {minute(desk.now + minutes)} at the earliest")
    waits(table, Place(REGION, "tutorial", "orders"), PORT, desk.now - 4 * minutes)  # one more is found
    assert quiet_of(desk).endswith(f"not sent yet: {minute(desk.now + 11 * minutes)} at the earliest")
    waits(table, Place(REGION, "tutorial", "first"), PORT, desk.now - 59 * minutes)
    assert quiet_of(desk).endswith(f"not sent yet: {minute(desk.now + minutes)} at the earliest")


def test_a_digest_is_sent_when_its_window_ends(desk: Desk) -> None:
    desk.fails(PORT, "a1")
    later = desk.now + timedelta(minutes=9)  # the window of this moment is not over while the test runs
    waits(Table(desk.dynamodb, TABLE), WEB, PORT, later, Digest.OVERFLOW)
    end = datetime.fromtimestamp((later.timestamp() // 300 + 1) * 300, UTC)
    assert quiet_of(desk).endswith(f"not sent yet: {minute(end)} at the earliest")


def test_of_a_digest_that_is_held_up_no_time_is_told(desk: Desk) -> None:
    desk.fails(PORT, "a1")
    waits(Table(desk.dynamodb, TABLE), WEB, PORT, desk.now - timedelta(hours=2), Digest.OVERFLOW)
    assert quiet_of(desk) == "in a digest, not sent yet"


def test_what_is_well_before_its_digest_is_not_called_on_its_way(desk: Desk) -> None:
    desk.opens(PORT, WEB, desk.now, Phase.CLEAR, clear_since=desk.now)
    waits(Table(desk.dynamodb, TABLE), WEB, PORT, desk.now, Digest.BASELINE)
    (problem,) = desk.json()[1]["problems"]
    assert (problem["announced_at"], problem["quiet"]) == (None, "not announced")


def test_what_was_announced_says_when(desk: Desk) -> None:
    desk.fails(PORT, "a1")
    assert f", announced {minute(desk.now - timedelta(hours=1))}" in desk.run()[1]


def test_each_problem_says_what_to_ask_next(desk: Desk) -> None:
    desk.parameters["LinkedRegions"] = "eu-west-1"
    desk.fails(PORT, "a1")
    assert "         see scaudit describe tutorial/web\n" in desk.run()[1]
    desk.fails(PORT, "a1", place=Place("eu-west-1", "far", "web"), told=False)
    desk.ledger.swept("eu-west-1", Swept("far", 1, 1, 1, (), desk.now))
    assert "         see scaudit describe far/web --region eu-west-1\n" in desk.run()[1]


def test_what_is_of_no_service_is_explained(desk: Desk) -> None:
    desk.fails(Subject("SC902", "ecs:ListTasks"), "-", place=itself(REGION))
    assert "         see scaudit explain SC902\n" in desk.run()[1]


@pytest.mark.parametrize(("minutes", "young"), [(4, True), (89, True), (91, False)])
def test_of_a_new_stack_it_is_said_when_the_first_sweep_comes_and_how_to_have_it_now(
    desk: Desk, minutes: int, young: bool
) -> None:
    desk.parameters |= {"SweepRate": "rate(1 hour)"}
    desk.created = desk.now - timedelta(minutes=minutes)
    desk.ledger.forget(REGION, "tutorial")
    desk.dynamodb.delete_item(TableName=TABLE, Key=encode(heart(REGION)))
    code, answer = desk.json()
    assert code == 2 and answer["doubts"] == (
        [
            f"{REGION}: the stack is {minutes} min old, and the first sweep comes within its SweepRate, rate(1 hour); "
            f"to have it now: aws lambda invoke --function-name sweep-1 --region {REGION} /dev/null"
        ]
        if young
        else [f"{REGION}: no cluster was swept yet", f"{REGION}: no heartbeat for a day"]
    )


def test_a_new_stack_that_swept_and_has_no_heartbeat_is_in_doubt(desk: Desk) -> None:
    desk.created = desk.now
    desk.dynamodb.delete_item(TableName=TABLE, Key=encode(heart(REGION)))
    assert desk.json()[1]["doubts"] == [f"{REGION}: no heartbeat yet; the stack is 0 min old"]


def test_a_task_that_could_not_be_described_is_taken_off_once(desk: Desk) -> None:
    desk.swept(ago=-1, verified=2)
    told = {"a1": Told("unknown", "d", desk.now), "a2": Told("pass", "d", desk.now), "a3": Told("pass", "d", desk.now)}
    ServiceStates(Table(desk.dynamodb, TABLE)).keep(WEB, ServiceState(3, 3, (), told), desk.now)
    assert desk.json()[1]["summary"] == {"tasks": 3, "verified": 2, "pending": 0, "unknown": 1}


def test_services_that_cannot_be_judged_are_named(desk: Desk) -> None:
    states = ServiceStates(Table(desk.dynamodb, TABLE))
    for number in range(12):
        blind = {f"a{number}": Told("unknown", "d", desk.now, because=("SC303",))}
        states.keep(Place(REGION, "tutorial", f"s{number:02}"), ServiceState(1, 1, (), blind), desk.now)
    _, answer = desk.json()
    (doubt,) = answer["doubts"]
    assert f"(SC303): {', '.join(f'tutorial/s{n:02}' for n in range(10))} and 2 more; " in doubt


def test_a_service_that_is_pending_takes_no_task_off(desk: Desk) -> None:
    told = {"-": Told("pending", "d", desk.now, because=("SC104",)), "a1": Told("pass", "d", desk.now)}
    ServiceStates(Table(desk.dynamodb, TABLE)).keep(WEB, ServiceState(1, 1, (), told), desk.now)
    code, answer = desk.json()
    assert code == 2 and answer["doubts"] == [f"{REGION}: 1 service of tutorial is pending (SC104): tutorial/web"]
    assert answer["summary"]["verified"] == 3


def test_advice_that_fails_hides_nothing_that_is_unknown(desk: Desk) -> None:
    told = {"-": Told("fail", "d", desk.now, because=("SC105", "SC401"), beside="unknown")}
    ServiceStates(Table(desk.dynamodb, TABLE)).keep(WEB, ServiceState(1, 1, (), told), desk.now)
    code, answer = desk.json()
    (doubt,) = answer["doubts"]
    assert code == 2 and "1 service of tutorial could not be judged (SC105, SC401): tutorial/web; " in doubt
    assert doubt.endswith("is not known before the second sweep")


def test_an_item_of_another_shape_is_a_doubt(desk: Desk) -> None:
    item = {"pk": f"{REGION}//estate", "sk": "cluster#odd", "swept_at": "soon"}
    desk.dynamodb.put_item(TableName=TABLE, Item=encode(item))
    code, out = desk.run()
    assert code == 2 and "cluster#odd of the table cannot be read" in " ".join(out.split())
