"""When too much breaks at once: what counts, and from how much on."""

from datetime import timedelta

import pytest

from scaudit.judge.outbreak import members, together
from scaudit.model import Severity
from scaudit.model.incidents import Incident, Open, Phase
from scaudit.model.places import Place, Subject
from tests.builders import NOW

MINUTE = timedelta(minutes=1)
QUIET = Incident()


def wrong(n: int, cluster: str = "tutorial", check: str = "SC203", ago: float = 1, **changes: object) -> Open:
    at = NOW - ago * MINUTE
    return Open(Place("eu", cluster, f"web{n}"), Subject(check, "nginx"), Severity.CRITICAL, at, at, **changes)


@pytest.mark.parametrize(
    ("failing", "services", "outbreak"),
    [
        (30, 40, True),
        (20, 39, True),
        (20, 40, False),
        (19, 20, False),
        (15, 40, False),
        (1000, 2000, False),
        (1001, 2000, True),
        (25, 20, True),
    ],
)
def test_more_than_half_and_at_least_twenty(failing: int, services: int, outbreak: bool) -> None:
    found = members([wrong(n) for n in range(failing)], {"tutorial": services}, NOW)
    assert found is not None and len(found) == (failing if outbreak else 0)
    if outbreak:
        assert found[0].id == "tutorial/web0" and found[0].since == NOW - MINUTE
        assert found[0].sentence == f"{failing} of {max(services, failing)} services began to fail within 15 minutes"


def test_a_service_counts_once_however_much_of_it_is_wrong() -> None:
    all = [wrong(n, check=check) for n in range(19) for check in ("SC203", "SC205")]
    assert members(all, {"tutorial": 20}, NOW) == []


def test_the_services_of_all_clusters_count_together() -> None:
    all = [wrong(n, cluster) for cluster in ("east", "west") for n in range(10)]
    assert len(members(all, {"east": 10, "west": 29}, NOW) or []) == 20
    assert members(all, {"east": 10, "west": 30}, NOW) == []


def test_what_no_sweep_has_counted_does_not_count() -> None:
    assert members([wrong(n) for n in range(30)], {}, NOW) is None
    assert members([wrong(n) for n in range(30)], {"other": 0}, NOW) is None
    assert members([wrong(n) for n in range(30)], {"other": 5}, NOW) == []


def test_only_what_began_lately_began_together() -> None:
    assert together([wrong(1, ago=15), wrong(2, ago=15.1)], QUIET, NOW) == [wrong(1, ago=15)]


def test_an_outbreak_goes_on_with_what_began_in_it_however_long_it_lasts() -> None:
    outbreak = Incident(Phase.OPEN, 1, opened_at=NOW - 90 * MINUTE)
    all = [wrong(1, ago=90), wrong(2, ago=10), wrong(3, ago=91)]
    assert together(all, outbreak, NOW) == [wrong(1, ago=90), wrong(2, ago=10)]


def test_what_was_there_before_scaudit_has_not_just_begun() -> None:
    assert together([wrong(1, baseline=True)], QUIET, NOW) == []


def test_an_outbreak_is_no_part_of_itself() -> None:
    assert together([wrong(1, cluster="", check="SC903"), wrong(2, cluster="", check="SC902")], QUIET, NOW) == [
        wrong(2, cluster="", check="SC902")
    ]
    assert members([wrong(n, cluster="", check="SC902") for n in range(30)], {"tutorial": 40}, NOW) == []
