"""What documents say is what the code does: the page of checks is generated, README shows a real alert and record."""

import json
import re
from pathlib import Path

from local.demo.estate import PLANTED
from local.demo.score import Score
from scaudit.check import Check
from scaudit.checks import CATALOGUE
from tests.contracts.deployed import PARAMETERS

PROJECT = Path(__file__).parents[2]
GOLDEN = PROJECT / "tests" / "golden"
HEAD = """# The checks

Generated from the catalogue by `pytest --update`; do not edit. The five answers are explained in
[operating.md](operating.md).
"""


def section(check: Check) -> str:
    settles = f"{check.settles} s after the task started" if check.settles else "at once"
    second = ", and only when a second look `SecondLook` seconds later agrees" if "instance" in check.inputs else ""
    after = ", ".join(f"[{id}](#{id.lower()})" if id in KNOWN else id for id in check.after) or "none"
    return f"""
## {check.id}

**{check.title}**

| | |
|---|---|
| about | {check.about} |
| severity | {check.severity.word} |
| reads | {", ".join(f"`{name}`" for name in check.inputs)} |
| speaks | {settles}{second} |
| explained by | {after} |
| fix | {check.fix} |
"""


KNOWN = {check.id for check in CATALOGUE}


def test_the_page_of_checks_is_fresh(golden) -> None:
    golden(PROJECT / "docs" / "checks.md", HEAD + "".join(map(section, CATALOGUE)))


def shown(text: str, name: str, block: str) -> str:
    """README with the block under `<!-- name -->` as it really is."""
    return re.sub(rf"(<!-- {name} -->\n```\n).*?(\n```)", lambda m: m[1] + block + m[2], text, flags=re.DOTALL)


def test_readme_shows_a_real_alert_and_a_real_record(golden) -> None:
    text = (PROJECT / "README.md").read_text()
    record = json.loads((GOLDEN / "records.json").read_text())["task on a wrong port"]
    text = shown(text, "alert", (GOLDEN / "message-opened.txt").read_text().strip())
    golden(PROJECT / "README.md", shown(text, "record", json.dumps(record)))


def test_readme_says_how_the_demo_ends() -> None:
    assert Score(len(PLANTED), len(PLANTED)).line in (PROJECT / "README.md").read_text()


def test_every_parameter_is_explained() -> None:
    text = (PROJECT / "docs" / "operating.md").read_text()
    assert [name for name in PARAMETERS if f"`{name}`" not in text] == []
