"""What documents say is what the code does: the page of checks is generated, README shows a real alert and record."""

import json
import re
from pathlib import Path

import pytest

from local.demo.estate import PLANTED
from local.demo.score import Score
from scaudit.checks import BY_ID
from scaudit_cli.pages import explain, page
from tests.checks.worlds import examples
from tests.contracts.deployed import PARAMETERS
from tests.fakes.announced import members, opened
from tests.fakes.recorded import records

PROJECT = Path(__file__).parents[2]


def test_the_examples_are_what_the_checks_say_in_the_table_of_worlds(golden) -> None:
    golden(PROJECT / "scaudit_cli" / "examples.json", json.dumps(examples(), indent=2) + "\n")


def test_the_page_of_checks_is_fresh(golden) -> None:
    golden(PROJECT / "docs" / "checks.md", page(examples()))


@pytest.mark.parametrize("id", BY_ID)
def test_a_check_is_explained_at_the_command_line_as_on_the_page(id: str) -> None:
    assert explain(id) in (PROJECT / "docs" / "checks.md").read_text()


def shown(text: str, name: str, block: str) -> str:
    """README with the block under `<!-- name -->` as it really is."""
    return re.sub(rf"(<!-- {name} -->\n```\n).*?(\n```)", lambda m: m[1] + block + m[2], text, flags=re.DOTALL)


def test_readme_shows_a_real_alert_and_a_real_record(golden) -> None:
    text = (PROJECT / "README.md").read_text()
    alert = opened(members(1))
    text = shown(text, "alert", f"Subject: {alert.subject}\n\n{alert.text}".strip())
    golden(PROJECT / "README.md", shown(text, "record", json.dumps(records()["task on a wrong port"])))


def test_readme_says_how_the_demo_ends() -> None:
    assert Score(len(PLANTED), len(PLANTED)).line in (PROJECT / "README.md").read_text()


def test_every_parameter_is_explained() -> None:
    text = (PROJECT / "docs" / "operating.md").read_text()
    assert [name for name in PARAMETERS if f"`{name}`" not in text] == []
