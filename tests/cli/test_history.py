"""`scaudit history` on moto's table and a log group: what was wrong with a service, and what was said of it."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws
from typer.testing import CliRunner

from local.insights import run
from scaudit.model import Severity
from scaudit.model.incidents import Incident, Member, MemberState, Phase
from scaudit.model.places import Place, Subject
from scaudit.model.service_states import ServiceState, Told
from scaudit.store.changes import IncidentChanged
from scaudit.store.items import Kept, Swept
from scaudit.store.ledger import Ledger
from scaudit.store.service_states import ServiceStates
from scaudit.store.table import Table
from scaudit_cli.app import app
from scaudit_cli.ask import history, insights, starts
from scaudit_cli.ask.form import iso
from scaudit_cli.ask.form import minute as at
from scaudit_cli.deployed import Deployed
from tests.builders import ACCOUNT, REGION
from tests.cli.stack_desk import waits
from tests.fakes.recorded import records
from tests.fakes.stubbed import TABLE

WEB = Place(REGION, "tutorial", "web")


class Insights:
    """Answers every query with these records after so many looks; `asked` is what it was asked."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.lines: list[dict[str, Any]] = []
        self.statuses = ["Running", "Complete"]
        self.asked: dict[str, Any] = {}
        self.queries: list[str] = []

    def start_query(self, **asked: Any) -> dict[str, str]:
        self.asked = asked
        self.queries.append(asked["queryString"])
        return {"queryId": "q1"}

    def get_query_results(self, queryId: str) -> dict[str, Any]:
        status = self.statuses.pop(0) if self.statuses else "Complete"
        told = self._of_starts() if "running_after" in self.asked["queryString"] else self.records
        rows = [[{"field": "@message", "value": json.dumps(each)}, {"field": "@ptr", "value": "x"}] for each in told]
        if "task_id" in self.asked["queryString"] or "verified" in self.asked["queryString"]:
            rows = [[{"field": name, "value": str(value)} for name, value in row.items()] for row in self._of_task()]
        done = status == "Complete"
        return {"status": status, "results": rows if done else [], "statistics": {"bytesScanned": 2e6}}

    def _of_starts(self) -> list[dict[str, Any]]:
        """What the query finds among all lines, the newest first."""
        lines = [json.dumps(each, separators=(",", ":")) + "\n" for each in self.lines]
        return [json.loads(row["@message"]) for row in run(self.asked["queryString"], lines)]

    def _of_task(self) -> Iterator[dict[str, Any]]:
        """As the service answers, with times instead of the numbers of lines."""
        told = self.records[::-1]
        for row in run(self.asked["queryString"], [json.dumps(each, separators=(",", ":")) + "\n" for each in told]):
            if "@timestamp" in row:
                at = datetime.fromisoformat(told[row["@timestamp"]]["observed_at"])
                row |= {"@timestamp": f"{at:%Y-%m-%d %H:%M:%S.000}"}
            yield row


class Desk:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, dynamodb: Any) -> None:
        self.now, self.logs = datetime.now(UTC), Insights()
        self.created = self.now - timedelta(days=9)
        self.table = Table(dynamodb, TABLE)
        self.ledger = Ledger(self.table)
        outputs = {"TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts", "TableName": TABLE, "AuditLogGroup": "audit"}
        clients = {"dynamodb": dynamodb, "logs": self.logs}
        monkeypatch.setattr(history, "find", lambda *_: Deployed(outputs, clients.__getitem__, created=self.created))
        monkeypatch.setattr(insights, "PAUSE", 0)
        self.ledger.swept(REGION, Swept("tutorial", 1, 1, 1, (), self.now))

    def stands(self, name: str, **told: Told) -> None:
        """A sweep looked at a service."""
        ServiceStates(self.table).keep(Place(REGION, "tutorial", name), ServiceState(1, 1, (), told), self.now)

    def incident(self, incident: Incident, check: str = "SC203") -> None:
        assert self.ledger.save(IncidentChanged(WEB, Subject(check, "nginx")), Kept(incident, 1))

    def said(self, state: str, hours: float, **about: str) -> None:
        """Something was announced about the service so many hours ago; the newest is said last."""
        at = (self.now - timedelta(hours=hours)).isoformat(timespec="milliseconds")
        told = {"record": "announcement", "region": REGION, "observed_at": at, "ecs_cluster": "tutorial"}
        told |= {
            "ecs_service": "web",
            "check": "SC203",
            "state": state,
            "severity": "critical",
            "subject": f"it {state}",
        }
        self.logs.records.insert(0, told | about)

    def run(self, *asked: str, statuses: Sequence[str] = ("Running", "Complete")) -> tuple[int, str]:
        self.logs.statuses = [*statuses]
        result = CliRunner().invoke(app, ["history", *asked], env={"COLUMNS": "200"})
        assert "Traceback" not in result.output
        return result.exit_code, result.output

    def json(self, *asked: str) -> dict[str, Any]:
        self.logs.statuses = ["Complete"]
        told: dict[str, Any] = json.loads(CliRunner().invoke(app, ["history", *asked, "-o", "json"]).stdout)
        return told


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, dynamodb: Any) -> Iterator[Desk]:
    with mock_aws():
        yield Desk(monkeypatch, dynamodb)


def test_what_was_said_comes_in_the_order_of_time_and_then_what_is_on_record(desk: Desk) -> None:
    opened = desk.now - timedelta(hours=5)
    desk.said("opened", 5)
    desk.said("resolved", 2)
    desk.incident(Incident(Phase.OPEN, 1, opened, told=1, told_at=opened, severity=Severity.CRITICAL))
    code, out = desk.run("web")
    lines = [line.strip() for line in out.splitlines() if line.startswith("  ")]
    assert code == 0 and [line.split()[2] for line in lines[:2]] == ["opened", "resolved"]
    assert lines[2].startswith(f"tutorial/web SC203 nginx: critical, open since {opened:%Y-%m-%d %H:%M} UTC, announced")


def test_an_incident_that_was_told_in_a_digest_is_not_missing(desk: Desk) -> None:
    desk.incident(Incident(episode=2, returns=1, resolved_at=desk.now))
    code, out = desk.run("tutorial/web")
    assert code == 0 and "opened 2 times, came back 1 time" in out and "digests are not listed" in out


def test_what_is_over_is_told_from_when_to_when_how_bad_it_was_and_when_it_was_announced(desk: Desk) -> None:
    began, told, well, end = (desk.now - timedelta(minutes=each) for each in (60, 55, 30, 20))
    desk.incident(
        Incident(
            episode=1, opened_at=began, told_at=told, clear_since=well, resolved_at=end, severity=Severity.CRITICAL
        )
    )
    assert (
        f"SC203 nginx: critical, from {at(began)} to {at(well)}, announced {at(told)}, resolved {at(end)}"
        in desk.run("web")[1]
    )
    (one,) = desk.json("web")["incidents"]
    assert (one["opened_at"], one["well_since"], one["announced_at"]) == (iso(began), iso(well), iso(told))


def test_what_is_well_again_says_until_when_it_may_come_back(desk: Desk) -> None:
    began, told, well = (desk.now - timedelta(minutes=each) for each in (10, 9, 3))
    clear = Incident(Phase.CLEAR, 1, began, well, 1, told, noticed_at=began, severity=Severity.CRITICAL)
    desk.incident(clear)
    over = f"well since {at(well)}: resolved after HoldDown, about {at(well + timedelta(minutes=10))}"
    assert f"critical, open since {at(began)}, announced {at(told)}, {over}" in desk.run("web")[1]


def test_what_waits_for_a_digest_is_not_announced_yet(desk: Desk) -> None:
    desk.incident(Incident(Phase.OPEN, 1, desk.now, told=1, told_at=desk.now, baseline=True))
    waits(desk.table, Place(REGION, "tutorial", "web"), Subject("SC203", "nginx"), desk.now)
    out = desk.run("web")[1]
    assert "in the baseline, not sent yet" in out and "announced 2" not in out
    assert desk.json("web")["incidents"][0]["announced_at"] is None


def test_what_is_well_before_its_digest_is_not_called_on_its_way(desk: Desk) -> None:
    told = {"told": 1, "told_at": desk.now, "opened_at": desk.now, "clear_since": desk.now}
    desk.incident(Incident(Phase.CLEAR, 1, baseline=True, **told))
    waits(desk.table, Place(REGION, "tutorial", "web"), Subject("SC203", "nginx"), desk.now)
    out = desk.run("web")[1]
    assert ", not announced, well since " in out and "not sent yet" not in out


def test_a_name_that_nobody_knows_is_not_called_fine(desk: Desk) -> None:
    desk.stands("web")
    code, out = desk.run("wbe")
    assert code == 2 and out.splitlines()[-1] == f"no service wbe is on record in {REGION}: do you mean tutorial/web?"
    assert desk.run("tutorial/wbe")[1].endswith("do you mean tutorial/web?\n")
    assert desk.run("other/web")[1].endswith("do you mean tutorial/web?\n")
    assert f"no service zzz is on record in {REGION}: no sweep met it, or it takes no part" in desk.run("zzz")[1]


def test_the_beginning_of_a_task_s_id_is_taken_for_one(desk: Desk) -> None:
    looks(desk, ("task", 2, "fail"))
    code, out = desk.run("tutorial/5ad776f3")
    assert code == 0 and f"task {TASK} of tutorial/web" in out
    assert desk.json("5ad776f38")["task"]["id"] == TASK


def test_the_beginning_of_no_task_s_id_is_none(desk: Desk) -> None:
    looks(desk, ("task", 2, "fail"))
    code, out = desk.run("5ad776f4")
    assert code == 2 and "no line of the audit log since then has such a task" in out


def test_a_service_that_is_called_like_a_task_is_a_service(desk: Desk) -> None:
    desk.stands("deadbeef")
    code, out = desk.run("deadbeef")
    assert code == 0 and "tutorial/deadbeef: nothing was ever wrong" in out and len(desk.logs.queries) == 2


def test_a_beginning_of_several_ids_names_them(desk: Desk) -> None:
    looks(desk, ("task", 2, "fail"))
    desk.logs.records.append(desk.logs.records[0] | {"task_id": TASK[:-1] + "0"})
    code, out = desk.run("5ad776f3")
    assert code == 64 and f"give more of {TASK[:-1]}0, {TASK}" in out


@pytest.mark.parametrize("name", ["service/tutorial/web", "service/web"])
def test_a_service_is_named_by_its_arn_too(desk: Desk, name: str) -> None:
    desk.stands("web")
    assert desk.run(f"arn:aws:ecs:{REGION}:{ACCOUNT}:{name}")[0] == 0


def test_a_task_is_named_by_its_arn_too(desk: Desk) -> None:
    looks(desk, ("task", 1, "pass"))
    assert desk.run(f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/tutorial/{TASK}")[0] == 0


def linked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two more Regions are watched, each with a service web; no alert was ever sent."""
    monkeypatch.setattr(Deployed, "regions", [REGION, "eu-west-1", "us-west-2"])
    monkeypatch.setattr(Insights, "get_query_results", lambda *_, **__: {"status": "Complete", "results": []})
    for region in ("eu-west-1", "us-west-2"):
        desk.ledger.swept(region, Swept("tutorial", 1, 1, 1, (), desk.now))
        ServiceStates(desk.table).keep(Place(region, "tutorial", "web"), ServiceState(1, 1, ()), desk.now)


@pytest.mark.parametrize(("asked", "meant"), [("tutorial", "tutorial/SERVICE"), ("webb", "tutorial/web")])
def test_what_may_be_meant_is_told_once_for_all_regions(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, asked: str, meant: str
) -> None:
    linked(desk, monkeypatch)
    code, out = desk.run(asked)
    told = f"no service {asked} is on record in {REGION}, eu-west-1, us-west-2: do you mean {meant}?\n"
    assert code == 2 and out.endswith(told)


def test_what_was_never_wrong_names_the_regions_where_it_is_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service of the same name stands elsewhere, and was wrong: its history is no contradiction."""
    linked(desk, monkeypatch)
    desk.incident(Incident(Phase.OPEN, 1, desk.now, told=1, told_at=desk.now, severity=Severity.CRITICAL))
    out = desk.run("web")[1]
    (never,) = [line for line in out.splitlines() if "nothing was ever wrong" in line]
    assert never.startswith("eu-west-1, us-west-2: tutorial/web: nothing was ever wrong with it since")


def test_a_service_that_was_never_wrong_is_no_typo(desk: Desk) -> None:
    desk.stands("web")
    code, out = desk.run("web")
    assert code == 0 and out.splitlines()[-1] == (
        f"tutorial/web: nothing was ever wrong with it since the stack was deployed, {at(desk.created)}"
    )
    told = desk.json("web")
    assert (told["known"], told["incidents"]) == (["tutorial/web"], [])


def member(desk: Desk, check: str, task: str, minutes: float, **how: Any) -> None:
    """It fails, or is as told, so many minutes ago."""
    at = desk.now - timedelta(minutes=minutes)
    told = Member(task, **{"state": MemberState.FAIL, "observed_at": at, "severity": Severity.CRITICAL, **how})
    assert desk.ledger.record(WEB, Subject(check, "nginx"), told)


def test_what_was_mended_before_notify_saw_it_fail_is_told_and_not_as_announced(desk: Desk) -> None:
    desk.stands("web")
    for task, well in (("a", 50), ("b", 40)):
        member(desk, "SC203", task, 60)
        member(desk, "SC203", task, well, state=MemberState.PASS)
    code, out = desk.run("web")
    well_at = desk.now - timedelta(minutes=40)
    line = f"tutorial/web SC203 nginx: failed and was well again {at(well_at)}, before it could be told; not announced"
    assert code == 0 and line in out and "nothing was ever wrong" not in out
    (told,) = desk.json("web")["unheard"]
    assert (told["id"], told["endpoint"], told["well_at"]) == ("SC203", "nginx", iso(well_at))


@pytest.mark.parametrize(
    ("incident", "unheard"),
    [
        ({"phase": Phase.OPEN}, False),
        ({"clear_since": 100}, False),
        ({"clear_since": 49}, False),
        ({"clear_since": 500}, True),
        ({"clear_since": 500, "resolved_at": 60}, False),
        ({"clear_since": 500, "resolved_at": 480}, True),
        ({"clear_since": 500, "returns": 1}, False),
    ],
)
def test_passes_of_an_incident_are_not_taken_for_another(desk: Desk, incident: dict[str, Any], unheard: bool) -> None:
    """Times are minutes ago; the last pass was seen 40 minutes ago."""
    ago = {k: desk.now - timedelta(minutes=v) for k, v in incident.items() if k in ("clear_since", "resolved_at")}
    desk.incident(Incident(episode=1, opened_at=desk.now - timedelta(days=1), **{**incident, **ago}))
    member(desk, "SC203", "a", 60)
    member(desk, "SC203", "a", 40, state=MemberState.PASS)
    assert bool(desk.json("web")["unheard"]) is unheard


def test_what_still_fails_is_not_over(desk: Desk) -> None:
    member(desk, "SC203", "a", 60, state=MemberState.PASS)
    member(desk, "SC203", "b", 60)
    assert desk.json("web")["unheard"] == []


def test_what_a_tag_suppresses_says_so_and_until_when(desk: Desk) -> None:
    desk.incident(Incident(Phase.OPEN, 1, desk.now))
    member(desk, "SC203", "a", 60, suppressed=True, until="2027-01-31")
    assert ", not announced, suppressed by a tag until 2027-01-31" in desk.run("web")[1]
    assert desk.json("web")["incidents"][0]["quiet"] == "suppressed by a tag until 2027-01-31"
    member(desk, "SC203", "b", 60)
    assert "suppressed" not in desk.run("web")[1]


def test_of_a_service_of_which_something_is_pending_it_is_not_said_that_all_is_well(desk: Desk) -> None:
    desk.stands("web", a1=Told("pending", "d", desk.now, because=("SC201",)))
    out = desk.run("web")[1]
    assert "1 task of tutorial/web is pending (SC201)" in out
    assert "tutorial/web: nothing else is known to have been wrong with it since" in out and "was ever" not in out


TASK = "5ad776f381d947ffb6f6d60d77912ce5"


def looks(desk: Desk, *said: tuple[str, float, str]) -> None:
    """Lines of looks at the task: of which kind, so many hours ago, and the verdict."""
    for record, hours, verdict in said:
        failed = ["SC203"] if verdict == "fail" else []
        wrong = {**RECORDS["task on a wrong port"]["findings"][0], "message": 'port "9999", expected 80'}
        findings = [wrong] if failed else []
        own = {"task_id": TASK, "failed": failed, "passed": ["SC201", "SC202"], "findings": findings}
        about = own if record == "task" else {"verified": f"pass: {'b' * 32}; {verdict}: {'a' * 32} {TASK}"}
        when = (desk.now - timedelta(hours=hours)).isoformat(timespec="milliseconds")
        told = {"record": record, "region": REGION, "observed_at": when, "ecs_cluster": "tutorial"}
        desk.logs.records.insert(0, told | {"ecs_service": "web", "verdict": verdict} | about)


def test_whether_a_task_was_verified_when_and_how_is_said(desk: Desk) -> None:
    looks(desk, ("task", 3, "pending"), ("task", 2, "fail"), ("verified", 1, "fail"))
    code, out = desk.run(TASK)
    first, last = at(desk.now - timedelta(hours=3)), at(desk.now - timedelta(hours=1))
    assert code == 0 and out.splitlines()[-3:] == [
        f"task {TASK} of tutorial/web, {REGION}",
        f'  last verified {last}: fail; SC203 failed, 2 checks passed; port "9999", expected 80',
        f"  3 lines of the audit log name it: the first of {first} (pending), the last of {last} (fail)",
    ]
    task = desk.json(f"tutorial/{TASK}")["task"]
    assert (task["id"], task["service"], task["verdict"], task["failed"]) == (TASK, "web", "fail", ["SC203"])
    assert task["verified_at"][:16] == task["last_at"][:16] == iso(desk.now - timedelta(hours=1))[:16]


def test_which_checks_failed_is_told_of_the_look_that_verified_it(desk: Desk) -> None:
    """The line of its end, and one of a look that could not tell, name other checks, or none."""
    looks(desk, ("task", 3, "fail"), ("verified", 2, "fail"), ("task", 1, "skipped"))
    for name in ("failed", "passed"):  # as `records.ended_record` has it
        del desk.logs.records[0][name]
    out = desk.run(TASK)[1]
    assert f"{at(desk.now - timedelta(hours=2))}: fail; SC203 failed, 2 checks passed" in out
    assert desk.json(TASK)["task"]["failed"] == ["SC203"]
    looks(desk, ("task", 0.5, "unknown"))
    assert ": fail; SC203 failed, 2 checks passed" in desk.run(TASK)[1]


def test_no_number_of_checks_is_told_where_no_line_says_it(desk: Desk) -> None:
    looks(desk, ("verified", 1, "pass"))
    out = desk.run(TASK)[1]
    assert ": pass; which checks tells an earlier line of its own" in out and "checks passed" not in out


def test_a_task_that_is_only_pending_was_not_verified(desk: Desk) -> None:
    looks(desk, ("task", 1, "pass"), ("task", 0.5, "pending"))
    assert "last looked at " in desk.run(TASK)[1] and ": pending" in desk.run(TASK)[1]
    desk.logs.records.pop()
    code, out = desk.run(TASK)
    assert code == 2 and "  never verified: no look since " in out and desk.json(TASK)["task"]["verified_at"] is None


@pytest.mark.parametrize("row", [{"@ptr": "x"}, {"@timestamp": "soon"}])
def test_an_answer_of_another_form_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch, row: dict[str, str]) -> None:
    monkeypatch.setattr(Insights, "_of_task", lambda _: iter([row]))
    code, out = desk.run(TASK)
    assert code == 64 and "is of an unknown form" in out


def test_a_task_that_no_line_names_is_unknown(desk: Desk) -> None:
    code, out = desk.run(TASK)
    assert code == 2 and "no line of the audit log names it since" in out and TASK in desk.logs.asked["queryString"]
    assert desk.json(TASK)["task"]["lines"] == 0


def test_another_cluster_s_service_of_this_name_is_another(desk: Desk) -> None:
    desk.said("opened", 5, ecs_cluster="other")
    assert desk.run("tutorial/web")[0] == 2
    assert desk.run("web")[0] == 0


def test_another_cluster_s_lines_push_out_none(desk: Desk) -> None:
    desk.run("prod/web")
    assert len(desk.logs.queries) == 2
    for query in desk.logs.queries:
        assert '"ecs_cluster": ?"prod"' in query and f'"region": ?"{REGION}"' in query


def test_an_open_incident_of_a_cluster_that_was_not_swept_is_found(desk: Desk) -> None:
    opened = Incident(Phase.OPEN, 1, desk.now, noticed_at=desk.now, severity=Severity.CRITICAL)
    place = Place(REGION, "new", "api")
    assert desk.ledger.save(IncidentChanged(place, Subject("SC302")), Kept(opened, 1))
    code, out = desk.run("api")
    assert code == 0 and "new/api SC302: critical, open since" in out


def test_a_record_without_what_is_shown_is_shown_without(desk: Desk) -> None:
    desk.said("opened", 5)
    desk.logs.records[0] |= {"subject": None, "severity": None}
    assert desk.run("web")[0] == 0


def test_the_query_asks_for_the_service_and_no_more_than_is_shown(desk: Desk) -> None:
    desk.run("tutorial/web", "--since", "12h")
    announced, started = desk.logs.queries
    assert '"ecs_service": ?"web"' in announced and announced.endswith("| limit 1001")
    assert '"ecs_service": ?"web"' in started and started.endswith("| limit 10000")
    assert desk.logs.asked["endTime"] - desk.logs.asked["startTime"] == pytest.approx(12 * 3600, abs=3)


def test_a_span_may_be_longer_than_time_is_counted(desk: Desk) -> None:
    assert desk.run("web", "--since", "9999w")[0] == 2 and desk.logs.asked["startTime"] == 0


@pytest.mark.parametrize(
    "asked", [["a b"], ['x"} | delete'], ["a/b/c"], ["web", "--since", "soon"], ["web", "--since", "5"]]
)
def test_what_is_not_understood_is_64_before_anything_is_asked(desk: Desk, asked: list[str]) -> None:
    assert desk.run(*asked)[0] == 64 and not desk.logs.asked


def test_a_query_that_fails_is_said(desk: Desk) -> None:
    code, out = desk.run("web", statuses=["Failed"])
    assert code == 64 and "Failed after 2 MB: try a shorter --since" in out


def test_machines_get_the_same(desk: Desk) -> None:
    desk.said("opened", 5)
    desk.incident(Incident(Phase.OPEN, 1, desk.now, severity=Severity.CRITICAL))
    result = CliRunner().invoke(app, ["history", "web", "-o", "json"])
    told = json.loads(result.stdout)
    assert [each["state"] for each in told["announcements"]] == ["opened"]
    assert [(each["id"], each["phase"], each["severity"]) for each in told["incidents"]] == [
        ("SC203", "open", "critical")
    ]


RECORDS = records()
STARTED = RECORDS["task that has just started"]


def test_the_command_tells_it_of_the_service_and_names_what_it_leaves_out(desk: Desk) -> None:

    def of(number: int) -> dict[str, Any]:
        when = f"2026-11-23T12:0{number}:00.000+00:00"
        return {"deployment": f"ecs-svc/{number}", "observed_at": when, "event_at": when}

    desk.stands("web")
    desk.logs.lines = [
        line
        for number in range(7)
        for line in (
            RECORDS["deployment"] | of(number),
            STARTED | of(number),
        )
    ]
    desk.logs.lines += [RECORDS["healthy task"], STARTED | {"ecs_service": "web-2"}]
    code, out = desk.run("web")
    assert code == 0 and f"{REGION} tutorial/web, deployments since " in out and "2 earlier ones" in out
    assert [line.split()[2] for line in out.splitlines() if "ecs-svc/" in line] == [
        f"ecs-svc/{n}:" for n in range(2, 7)
    ]
    found = desk.json("web")
    assert [each["deployment"] for each in found["deployments"]] == [f"ecs-svc/{n}" for n in range(7)]
    assert found["deployments_cut"] is False


def test_a_service_of_which_only_starts_are_on_record_is_known(desk: Desk) -> None:
    desk.logs.lines = [STARTED]
    assert desk.run("web")[0] == 0


def test_more_lines_than_are_read_are_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starts, "MOST", 2)
    desk.logs.lines = [STARTED, STARTED, STARTED]
    assert "more lines than are read" in desk.run("web")[1] and desk.json("web")["deployments_cut"]
