"""Watches the table and the topic, and notes every lie: what no truth bears out, what is said twice or out of turn."""

import json
from collections import defaultdict
from collections.abc import Callable, Container
from datetime import datetime, timedelta
from typing import Any

from scaudit.store.table import decode
from tests.simulation import template
from tests.simulation.dynamodb import Change, Raw
from tests.simulation.estate import Estate
from tests.simulation.parts import Registered, Task
from tests.simulation.runs import Line, NotFaked, Run
from tests.simulation.sns import Published
from tests.simulation.truth import settling, stood
from tests.simulation.unheard import Unheard

Incident = tuple[str, str, str]
"""A service, a check and an endpoint."""


def heard(judge: Callable[..., None]) -> Callable[..., None]:
    """An error of the oracle's own must not look like one of AWS to the code that it watches."""

    def judges(*given: object) -> None:
        try:
            judge(*given)
        except Exception as error:
            raise NotFaked(f"the oracle: {error!r}") from error

    return judges


class Oracle:
    """`lies` stays empty as long as incidents tell the truth."""

    def __init__(self, line: Line, estate: Estate) -> None:
        self.lies: list[str] = []
        self.told: dict[Incident, list[str]] = defaultdict(list)
        self._line, self._estate = line, estate
        self._letters: dict[str, tuple[str, ...]] = {}
        self._publisher: dict[str, Run] = {}
        self._marked: set[str] = set()
        self._heard: set[str] = set()
        self._stands: dict[tuple[str, str], Raw] = {}
        self._named: set[str] = set()
        self._critical: set[Incident] = set()
        self._unheard = Unheard()

    @property
    def open(self) -> set[Incident]:
        """The incidents that subscribers believe to be open."""
        return {incident for incident, states in self.told.items() if states[-1] != "resolved"}

    @heard
    def changed(self, change: Change) -> None:
        before, after = (decode(dict(image)) if image else {} for image in (change.before, change.after))
        pk, sk = change.key
        if sk.startswith("incident#"):
            self._incident(pk, sk.removeprefix("incident#"), before, after)
        elif sk.startswith(("SC2", "SC3")) and after:
            self._stands[change.key] = after
            self._member(change.key, before, after)
        service, now = pk.rsplit("/", 1)[1], self._line.clock.now
        if sk.startswith("SC") and service in self._estate.services:
            self._unheard.written(service, sk, after, now)
        self.lies += self._unheard.overdue(self._is_told, now)

    def _is_told(self, incident: Incident) -> bool:
        """Whether users know that it is open and critical: by itself, or by the name of its service in an outbreak's
        message."""
        states = self.told.get(incident, ["resolved"])
        return (states[-1] != "resolved" and incident in self._critical) or incident[0] in self._named

    def _member(self, key: tuple[str, str], before: Raw, after: Raw) -> None:
        state, run = after["state"], self._line.running
        if before and after["observed_at"] <= before["observed_at"]:
            self.lies.append(f"{key}: older knowledge undid newer")
        if run and run.name == "notify":
            if (before.get("state"), state) not in {("lost", "pass"), ("closed", "pass")}:
                self.lies.append(f"{key}: notify made {state} of {before.get('state')}")
        elif state == "lost":
            task = self._estate.tasks[key[1].rsplit("#", 1)[1]]
            known = before.get("state") == "fail" or self._by_its_proxy(task, key[1].split("#")[0], after)
            if task.left_at is None or not known:
                self.lies.append(f"{key}: lost, and it did not fail or never left")
        elif state != "closed" and not self._borne_out(key, state, after):
            self.lies.append(f"{key}: {state}, and it never was so since {after['observed_at']}")

    def _by_its_proxy(self, task: Task, check: str, after: Raw) -> bool:
        """Whether its proxy kept the task from running, or ended it."""
        now = self._line.clock.now
        died = task.end is not None or not task.started_at
        return died and not task.may_be_said(now).isdisjoint((check, after["caused_by"]))

    def _borne_out(self, key: tuple[str, str], state: str, after: Raw) -> bool:
        """Whether it was so at some moment since the reads began."""
        check, _, id = key[1].split("#")
        service = key[0].rsplit("/", 1)[1]
        since, now = datetime.fromisoformat(after["observed_at"]), self._line.clock.now
        if id == "*":
            running = self._estate.running(service)
            return all(stood(t, since, now) != {check} and check not in t.must_not_pass(since) for t in running)
        if check == "SC208":
            name = id.removeprefix("srv-")
            left = name in self._estate.left and self._estate.services[name].status == "INACTIVE"
            return left is (state == "fail")
        if check == "SC210":
            both = self._estate.services[service].deployments
            stands = len(both) > 1 and now >= both[0].created_at + timedelta(days=1)
            return stands is (state == "fail")
        task = self._estate.tasks[id]
        if check != "SC206" and check not in set(Registered):
            if state == "pass":
                return check not in task.must_not_pass(since)
            return not task.may_be_said(now).isdisjoint((check, after["caused_by"]))
        if check == "SC206":
            ways = stood(task, since, now)
            if state == "pass":
                return Registered.MISSING in ways
            ended = task.stopped_at or task.emptied_at
            gone = ended is not None and now >= ended + settling(check)
            return gone and ways != {Registered.MISSING}
        if task.left_at and task.left_at < since:
            return False
        ways = stood(task, since, min(now, task.left_at or now))  # what it leaves behind is no fault of its
        if state == "fail":
            return check in ways and now >= task.created_at + settling(check)
        return bool(ways - {Registered(check), *([] if check == "SC201" else [Registered.MISSING])})

    def _incident(self, pk: str, subject: str, before: Raw, after: Raw) -> None:
        left = json.loads(before.get("outbox", "{}"))
        if left and not left["digest"] and not after.get("outbox"):  # what is left to a digest is not said yet
            self._marked.add(left["id"])
        if (
            subject in ("digest", "baseline", "reminder")
            or subject.startswith("SC903#")
            or not after.get("outbox")
            or before.get("outbox")
        ):
            return
        run = self._line.running
        assert run, "only notify writes incidents"
        members = [decode(dict(raw)) for raw in run.memory[pk, f"{subject}#"]]
        state = json.loads(after["outbox"])["data"]["state"]
        if state == "resolved" and not _over(members):
            self.lies.append(f"{pk} {subject}: resolved with {members}")
        cleared = datetime.fromisoformat(before.get("clear_since", after["outbox_at"]))
        if state == "resolved" and cleared + timedelta(seconds=template.HOLD_DOWN) > self._line.clock.now:
            self.lies.append(f"{pk} {subject}: resolved within the hold-down")
        service = self._estate.services.get(pk.rsplit("/", 1)[1])
        silenced = {tag.rsplit(":")[-1] for tag in service.tags} if service else set()
        explained = [m for key, m in self._stands.items() if key[0] == pk and m["caused_by"] == subject.split("#")[0]]
        loud = any(_is_loud(each) for each in explained if each["state"] in ("fail", "lost"))
        if state == "open" and not any(_speaks(each, silenced, loud) for each in members):
            self.lies.append(f"{pk} {subject}: opened with {members}")

    @heard
    def published(self, told: Published) -> None:
        id, run = told.data["message_id"], self._line.running
        assert run, "only notify publishes"
        if self._letters.setdefault(id, told.letters) != told.letters:
            self.lies.append(f"{id}: two different announcements under one id")
        if id in self._marked:
            self.lies.append(f"{id}: said again, though it was marked as said")
        if (other := self._publisher.get(id)) and other is not run and not other.over:
            self.lies.append(f"{id}: said by two copies")
        self._publisher[id] = run
        if told.data["check"] == "SC903":
            listed = {each["ecs_service"] for each in told.data.get("open", ())}
            self._named = set() if told.data["state"] == "resolved" else self._named | listed
        for each in told.data.get("withheld", [told.data]):
            if each["state"] != "reminder":
                self._say(each)

    def _say(self, each: dict[str, Any]) -> None:
        incident = each["ecs_service"], each["check"], each["endpoint"]
        states = self.told[incident]
        if each["message_id"] in self._heard:
            return
        self._heard.add(each["message_id"])
        states.append(each["state"])
        if each["state"] == "resolved":
            self._critical.discard(incident)
        elif each["severity"] == "critical":
            self._critical.add(incident)
        if states.count("resolved") not in (states.count("open"), states.count("open") - 1):
            self.lies.append(f"{each['ecs_service']} {each['check']}: {states}")


def _over(members: list[dict[str, Any]]) -> bool:
    """Nothing fails; and of what was lost, a pass was seen later, of a task that is younger than the youngest lost one;
    or, an hour later, of every task that runs."""
    lost = [each for each in members if each["state"] == "lost"]
    last = max((each["observed_at"] for each in lost), default="")
    youngest = max((each["task_created_at"] for each in lost), default="")
    passed = [each for each in members if each["state"] == "pass" and each["observed_at"] > last]
    hour = timedelta(hours=1)
    mended = not lost or any(
        datetime.fromisoformat(each["observed_at"]) > datetime.fromisoformat(last) + hour
        if each["sk"].endswith("#*")
        else each["task_created_at"] > youngest
        for each in passed
    )
    return mended and not any(each["state"] == "fail" for each in members)


def _speaks(member: dict[str, Any], silenced: Container[str], as_cause: bool) -> bool:
    """Whether it is to be heard, by itself or as the cause of what is, though it be closed before it was told. What its
    owner silenced explains nothing."""
    explained = member["caused_by"] and member["caused_by"] not in silenced
    heard = (as_cause and not member["suppressed"]) or _is_loud(member)
    return member["state"] in ("fail", "lost", "closed") and heard and not explained


def _is_loud(member: dict[str, Any]) -> bool:
    return member["severity"] in ("error", "critical") and not member["suppressed"]
