"""A check for which nobody listed the parts of a request that it is about: a new one is judged all the same."""

import pytest

from scaudit_cli.lint.about import PARTS
from tests.cli.linted import DATA, findings, of, written


@pytest.fixture(autouse=True)
def _unlisted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(PARTS, "SC102")


def test_it_points_at_the_value_it_quotes(tmp_path) -> None:
    paths = written(tmp_path, lambda s, m, t, c: m["services"][0].update(portName="nosuch"))
    wrong = of("SC102", findings(*paths))
    assert wrong["file"] == str(paths[0]) and "nosuch" in paths[0].read_text().splitlines()[wrong["line"] - 1]


def test_it_passes_where_all_is_known_and_is_unknown_where_anything_is_not(tmp_path) -> None:
    assert of("SC102", findings(*written(tmp_path, lambda s, m, t, c: None)))["status"] == "pass"
    template = tmp_path / "template.yaml"
    template.write_text((DATA / "template.yaml").read_text().replace('!Join ["", [ht, tp]]', "!Sub '${AWS::Region}'"))
    told = {f["status"] for f in findings(template) if f["id"] == "SC102" and f["service"] == "Web"}
    assert told == {"unknown"}
