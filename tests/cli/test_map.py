"""`scaudit map` on moto's table: what of what is on record becomes which row, and what is not known."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from typer.testing import CliRunner

from scaudit.model import Alias, Neighbour, NeighbourEndpoint, Severity, TaskDefinition
from scaudit.model.mentioned_names import digests
from scaudit.model.places import Place, Subject
from scaudit.model.service_states import EndpointState, ServiceState, Worst
from scaudit.store.keys import itself
from scaudit.store.memory import Memory
from scaudit.store.neighbours import Mesh
from scaudit.store.service_states import ServiceStates
from scaudit.store.table import Table
from scaudit_cli.app import app
from scaudit_cli.ask import map as asked
from tests.builders import ACCOUNT, ARN, REGION
from tests.cli.mapped import cells
from tests.cli.stack_desk import PORT, WEB, StackDesk
from tests.fakes.stubbed import TABLE

NAMESPACE = f"arn:aws:servicediscovery:{REGION}:{ACCOUNT}:namespace/ns-1"
API = Place(REGION, "tutorial", "api")
LOST = EndpointState("nginx", 0, Worst("SC201", "unknown", "critical", 1), since=None)  # type: ignore[arg-type]


class Desk(StackDesk):
    """A stack that knows two services of the namespace shop: api, and web with the endpoint nginx."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, dynamodb: Any) -> None:
        super().__init__(monkeypatch, dynamodb, asked)
        self.table = Table(dynamodb, TABLE)
        self.hour = self.now - timedelta(hours=1)
        self.stands(WEB, EndpointState("nginx", 3, None, self.hour))
        self.stands(API, EndpointState("", None, None, self.hour))
        self.declares("web", NeighbourEndpoint("nginx", (Alias("nginx.shop", 80),), self.hour))
        self.declares("api")
        self.says("web", "")

    def stands(self, place: Place, *endpoints: EndpointState, ago: float = 0) -> None:
        """A sweep left a service so, this many days ago."""
        ServiceStates(self.table).keep(place, ServiceState(2, 3, endpoints), self.now - timedelta(days=ago))

    def declares(self, service: str, *endpoints: NeighbourEndpoint, **changes: Any) -> None:
        """A service is in the namespace, deployed two hours ago."""
        neighbour = Neighbour(
            f"{ARN}:service/tutorial/{service}", "tutorial", service, "ecs-svc/1", self.now - timedelta(hours=2),
            NAMESPACE, "shop", endpoints, task_definition=f"{ARN}:task-definition/{service}:1",
        )  # fmt: skip
        Mesh(REGION, self.table).keep(replace(neighbour, **changes), self.now)

    def moves(self, service: str) -> None:
        """A service was deployed into another namespace just now; that it was in this one the table keeps for days."""
        elsewhere = NAMESPACE.replace("ns-1", "ns-2")
        served = NeighbourEndpoint("other", (Alias("other.other", 80),), self.hour)
        self.declares(
            service, served, namespace=elsewhere, namespace_name="other", deployed_at=self.now + timedelta(minutes=1)
        )

    def says(self, service: str, value: str) -> None:
        """The task definition of a service has this in its environment."""
        arn = f"{ARN}:task-definition/{service}:1"
        words = digests([("environment TARGET of web", value)])
        Memory(REGION, self.table, lambda: self.now).keep(arn, TaskDefinition(arn, "awsvpc", {}, (), words=words))

    def draw(self, *options: str) -> str:
        result = CliRunner().invoke(app, ["map", "--output", "-", *options])
        assert result.exit_code == 0, result.output
        return result.stdout

    def row(self, *options: str, service: str = "tutorial/web") -> dict[str, str]:
        names = ("state", "endpoint", "service", "aliases", "registered", "tasks", "clients", "stale", "says", "since")
        rows = [dict(zip(names, each, strict=True)) for each in cells(self.draw(*options))]
        (found,) = [each for each in rows if each["service"] == service]
        return found


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, dynamodb: Any) -> Iterator[Desk]:
    with mock_aws():
        yield Desk(monkeypatch, dynamodb)


def doubts(text: str) -> str:
    return text.partition("What is not known")[2].partition("</section>")[0]


def test_a_row_has_what_the_sweep_and_the_namespace_know(desk: Desk) -> None:
    desk.says("api", "http://nginx.shop:80/")
    row = desk.row()
    assert list(row.values())[:8] == [
        "nothing found", "nginx", "tutorial/web", "nginx.shop:80", "3", "2 / 3", "1: tutorial/api", "1: tutorial/api",
    ]  # fmt: skip
    assert doubts(desk.draw()) == "", "everything was looked at"
    assert desk.row(service="tutorial/api")["endpoint"] == "serves nothing"


@pytest.mark.parametrize(
    ("alias", "said", "clients"),
    [
        ("nginx.shop", "nginx.shop", "1: tutorial/api"),
        ("nginx", "http://nginx:80", "1: tutorial/api"),
        ("nginx", "nginx:81", "1: tutorial/api (perhaps)"),
        ("nginx", "we like NGINX", "1: tutorial/api (perhaps)"),
        ("nginx", "nginx-2 nginx.other", "0"),
        ("", "nginx.shop", "1: tutorial/api"),
    ],
)
def test_a_client_is_who_names_an_alias(desk: Desk, alias: str, said: str, clients: str) -> None:
    desk.declares("web", NeighbourEndpoint("nginx", (Alias(alias, 80),), desk.now - timedelta(hours=3)))
    desk.says("api", said)
    assert (desk.row()["clients"], desk.row()["stale"]) == (clients, "0")


def test_names_lead_nowhere_outside_their_namespace_nor_to_oneself(desk: Desk) -> None:
    desk.moves("api")
    desk.says("api", "nginx.shop")
    desk.says("web", "nginx.shop")
    assert desk.row()["clients"] == "0"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, "1 of 2 task definitions were not looked into"),
        ({"task_definition": ""}, "1 of 2 task definitions were not looked into"),
        ({"namespace": NAMESPACE.replace(ACCOUNT, "999999999999")}, "services of other accounts in the namespace"),
    ],
)
def test_clients_that_were_not_looked_for_are_not_none(desk: Desk, changes: dict[str, Any], why: str) -> None:
    if changes:
        desk.says("api", "")
    desk.declares("api", **changes)
    if "namespace" in changes:
        desk.declares("web", NeighbourEndpoint("nginx", (Alias("nginx.shop", 80),), desk.hour), **changes)
    assert (desk.row()["clients"], desk.row()["stale"]) == ("not known", "not known")
    assert why in doubts(desk.draw())


def test_what_was_said_with_too_many_words_is_not_known(desk: Desk) -> None:
    desk.says("api", " ".join(map(str, range(6000))))
    assert desk.row()["clients"] == "not known"


def test_a_service_whose_namespace_is_not_known_has_clients_that_are_not_known(desk: Desk) -> None:
    desk.stands(Place(REGION, "tutorial", "new"), EndpointState("http", None, None, desk.hour))
    row = desk.row(service="tutorial/new")
    assert [row[name] for name in ("aliases", "registered", "clients", "stale")] == ["not known"] * 4
    assert "the clients of 1 endpoint are not known: scaudit map --live looks" in doubts(desk.draw())


def test_a_problem_is_told_first_with_what_to_do_and_in_its_row(desk: Desk) -> None:
    desk.fails(PORT, "a1", "a2")
    text = desk.draw()
    first = re.sub(r"<[^>]+>", "", text.partition("<article")[2].partition("</article>")[0])
    assert "critical tutorial/web SC203 nginx\nregistered port is 9999, expected 80\nFix: " in first
    assert "(60 min), 2 tasks" in first
    row = desk.row()
    assert (row["state"], row["says"]) == ("critical", "SC203 registered port is 9999, expected 80")
    assert row["since"].endswith("(60 min)") and "1 critical; 1 endpoint of 2 services" in text


def test_what_is_about_the_service_stands_against_each_of_its_endpoints(desk: Desk) -> None:
    desk.fails(Subject("SC302"), "a1")
    assert desk.row()["says"].startswith("SC302 ")


@pytest.mark.parametrize(
    ("about", "why"),
    [({"suppressed": True}, "suppressed by a tag"), ({"caused_by": "SC304"}, "explained by SC304")],
)
def test_what_is_silenced_or_explained_is_a_note_with_its_reason(desk: Desk, about: dict[str, Any], why: str) -> None:
    desk.fails(PORT, "a1", told=False, **about)
    if "caused_by" in about:
        desk.fails(Subject("SC304"), "a1")
    assert why in desk.draw() and (about.get("caused_by") or desk.row()["state"] == "note")


@pytest.mark.parametrize(
    ("worst", "state", "says"),
    [
        (Worst("SC203", "fail", "critical", 1), "critical", "SC203 expected: the registered port is the endpoint's"),
        (
            Worst("SC402", "fail", "info", 1),
            "note",
            "SC402 expected: every service of the namespace was deployed after",
        ),
        (Worst("SC201", "unknown", "critical", 1), "not known", "SC201 could not be judged: "),
        (Worst("SC201", "pending", "critical", 1), "not known", "SC201 is pending: "),
        (Worst("SC999", "fail", "error", 1), "error", "SC999 expected: a check of another version"),
    ],
)
def test_what_only_the_sweep_knows_is_shown_too(desk: Desk, worst: Worst, state: str, says: str) -> None:
    desk.stands(WEB, EndpointState("nginx", None, worst, desk.hour))
    row = desk.row()
    assert row["state"] == state and row["says"].startswith(says) and row["since"].endswith("(60 min)")
    assert row["registered"] == "not known"


def test_of_a_cluster_that_was_not_swept_lately_nothing_is_fine(desk: Desk) -> None:
    desk.swept("old", ago=91, services=1)
    desk.stands(Place(REGION, "old", "web"), EndpointState("http", 1, None, desk.hour))
    row, text = desk.row(service="old/web"), desk.draw()
    assert row["state"] == "not known" and row["says"].startswith("the cluster was last swept ")
    assert "old was last swept" in doubts(text) and "not known of 1 endpoint" in doubts(text)
    assert 'class="summary unknown">nothing found, but not all was looked at' in text


def test_a_service_that_no_sweep_meets_any_more_is_gone_and_no_client(desk: Desk) -> None:
    gone = Place(REGION, "tutorial", "gone")
    desk.stands(gone, EndpointState("http", 1, None, desk.hour), ago=2.1)
    desk.declares("gone")
    desk.says("gone", "nginx.shop")
    desk.says("api", "")
    assert [each[2] for each in cells(desk.draw())] == ["tutorial/api", "tutorial/web"]
    assert desk.row()["clients"] == "0"


def test_services_that_the_sweep_met_and_the_table_does_not_have_are_a_doubt(desk: Desk) -> None:
    desk.swept(ago=-1, services=5)
    assert "how 3 of 5 services of tutorial stood at the last sweep is not on record" in doubts(desk.draw())


def test_a_service_that_is_only_a_neighbour_or_only_in_trouble_has_a_row(desk: Desk) -> None:
    cart_http = NeighbourEndpoint("cart", (Alias("cart.shop", 80),), desk.hour)
    desk.declares("cart", cart_http, deployed_at=desk.now + timedelta(minutes=1))
    desk.fails(Subject("SC202", "http"), "a1", place=Place(REGION, "tutorial", "left"))
    cart, left = desk.row(service="tutorial/cart"), desk.row(service="tutorial/left")
    assert (cart["state"], cart["says"], cart["tasks"]) == ("not known", "no look has come by yet", "not known")
    assert (left["state"], left["endpoint"]) == ("critical", "http")


def test_scaudit_itself_is_among_what_is_wrong_and_no_endpoint(desk: Desk) -> None:
    desk.fails(Subject("SC902", "ecs:ListTasks"), "-", place=itself(REGION), severity=Severity.ERROR)
    assert "SC902 ecs:ListTasks" in desk.draw("-n", "shop") and len(cells(desk.draw())) == 2


@pytest.mark.parametrize("name", ["shop", NAMESPACE])
def test_one_namespace_alone_and_what_cannot_be_told_to_be_in_it(desk: Desk, name: str) -> None:
    desk.moves("cart")
    desk.stands(Place(REGION, "tutorial", "new"), EndpointState("http", None, None, desk.hour))
    desk.fails(PORT, "a1", place=Place(REGION, "tutorial", "cart"))
    desk.fails(PORT, "a1", place=Place(REGION, "other", "lost"))
    text = desk.draw("-n", name)
    assert [each[2] for each in cells(text)] == ["tutorial/api", "tutorial/web"] and "SC203" not in text
    assert "the namespace of 2 services is not known: not shown here" in doubts(text)


def test_a_namespace_that_nobody_knows_is_64_and_says_which_are(desk: Desk) -> None:
    result = CliRunner().invoke(app, ["map", "-n", "shob", "-o", "-"])
    assert result.exit_code == 64 and "no service of namespace shob is known; known are shop" in result.stderr


def test_linked_regions_are_on_the_page_and_in_doubt_when_nothing_is_known_of_them(desk: Desk) -> None:
    desk.parameters["LinkedRegions"] = "eu-west-1"
    assert "eu-west-1: no cluster was swept yet" in doubts(desk.draw())


def test_what_was_looked_at_and_when_is_on_the_page(desk: Desk) -> None:
    assert f"{REGION} tutorial: 3 of 3 running tasks of 2 services verified, swept " in desk.draw()


def test_the_page_is_written_whole_or_the_reason_told(desk: Desk, tmp_path: Path) -> None:
    desk.says("api", "")
    file = tmp_path / "map.html"
    result = CliRunner().invoke(app, ["map", "-o", str(file)])
    assert result.exit_code == 0 and f"{file}: nothing found; 1 endpoint of 2 services" in result.stderr.replace(
        "\n", ""
    )
    assert file.read_text().endswith("</html>\n")
    for bad in (tmp_path, tmp_path / "none" / "map.html", "nul\0l.html"):
        result = CliRunner().invoke(app, ["map", "-o", str(bad)])
        assert result.exit_code == 64 and "cannot be written: " in result.stderr


def test_live_asks_no_stack_and_says_so() -> None:
    result = CliRunner().invoke(app, ["map", "--live", "--stack", "other"])
    assert result.exit_code == 64 and "--live asks no stack" in result.stderr


@pytest.mark.parametrize("word", ["json", "text", "HTML", "sarif"])
def test_a_format_is_no_name_of_a_file(word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["map", "-o", word])
    assert result.exit_code == 64 and f"{word} is a format: write --output map.html" in result.stderr
    assert not list(tmp_path.iterdir())


def test_an_empty_estate_is_a_page(desk: Desk) -> None:
    for place in (WEB, API):
        ServiceStates(desk.table).forget(place)
    desk.table.delete(f"{REGION}//mesh#shop", "neighbour#tutorial/web")
    desk.table.delete(f"{REGION}//mesh#shop", "neighbour#tutorial/api")
    desk.swept(ago=-1, services=0, tasks=0, verified=0)
    text = desk.draw()
    assert "No endpoint is known." in text and "nothing found; 0 endpoints of 0 services" in text


def test_the_map_takes_a_query_for_each_cluster_and_namespace_and_few_more(desk: Desk) -> None:
    made: list[str] = []
    desk.ledger._table._client.meta.events.register(
        "before-call.dynamodb.*", lambda model, **_: made.append(model.name)
    )
    desk.draw("--namespace", "shop")
    assert len(made) <= 13
