"""The parts of a request that each check is about; one for which nobody listed them is judged all the same."""

import pytest

from scaudit.checks import CATALOGUE
from scaudit.checks.check import Trigger
from scaudit_cli.lint.about import PARTS
from tests.cli.linted import DATA, findings, of, written

OF_ANYTHING = {"SC112"}
"""It is told of each value that does not fit, and looks for none."""


@pytest.fixture
def unlisted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(PARTS, "SC102")


@pytest.mark.parametrize("id", sorted(check.id for check in CATALOGUE if Trigger.LINT in check.on))
def test_every_check_that_lint_asks_lists_its_parts(id: str) -> None:
    assert id in PARTS.keys() | OF_ANYTHING, (
        f"{id} is asked by `scaudit lint`: add a row to PARTS in scaudit_cli/lint/about.py, the fields of the request "
        "that it looks at, the most telling one first"
    )


def test_no_parts_are_listed_that_no_check_is_about() -> None:
    assert PARTS.keys() <= {check.id for check in CATALOGUE if Trigger.LINT in check.on}


def test_it_points_at_the_value_it_quotes(unlisted, tmp_path) -> None:
    paths = written(tmp_path, lambda s, m, t, c: m["services"][0].update(portName="nosuch"))
    wrong = of("SC102", findings(*paths))
    assert wrong["file"] == str(paths[0]) and "nosuch" in paths[0].read_text().splitlines()[wrong["line"] - 1]


def test_it_passes_where_all_is_known_and_is_unknown_where_anything_is_not(unlisted, tmp_path) -> None:
    assert of("SC102", findings(*written(tmp_path, lambda s, m, t, c: None)))["status"] == "pass"
    template = tmp_path / "template.yaml"
    template.write_text((DATA / "template.yaml").read_text().replace('!Join ["", [ht, tp]]', "!Sub '${AWS::Region}'"))
    told = {f["status"] for f in findings(template) if f["id"] == "SC102" and f["service"] == "Web"}
    assert told == {"unknown"}
