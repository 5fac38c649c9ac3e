"""Templates as people write them: what is open, what depends on conditions, and what refers to what."""

import pytest

from scaudit.checks import BY_ID
from scaudit_cli.lint.about import PARTS
from tests.cli.linted import case, run, told

OF_TASK_DEFINITION = {id for id in PARTS if "task_definition" in BY_ID[id].inputs} - {"SC113"}
"""But for the one that is asked where a timeout is set."""
CASES: dict[str, tuple[list[str], set[str], int]] = {
    "an item of a list that may not be there": (["01-container-item-if.yaml"], set(), 0),
    "an endpoint that may not be there": (["02-services-item-if.yaml"], set(), 0),
    "a container without a name": (["04-s.json", "04-container-without-name-t.json"], {"SC112 fail"}, 1),
    "tags as CloudFormation has them": (
        ["05-tags-capitalised.json"],
        {"SC112 fail", *(f"{id} unknown" for id in OF_TASK_DEFINITION if id != "SC109")},
        1,
    ),
    "a configuration in one branch": (["08-configuration-if.yaml"], {"SC102 fail", "SC106 fail"}, 1),
    "a configuration in the default's branch": (
        ["09-configuration-if-default-on.yaml"],
        {"SC102 fail", "SC106 fail"},
        1,
    ),
    "a configuration from elsewhere": (
        ["10-configuration-include.yaml"],
        {f"{id} unknown" for id in PARTS},
        2,
    ),
    "true in options": (["12-true-in-log-options.yaml"], set(), 0),
    "a date in labels": (["14-date-in-labels.yaml"], set(), 0),
    "the ARN of a namespace by Sub": (["15-namespace-arn-by-sub.yaml"], set(), 0),
    "a task definition by GetAtt": (["18-task-by-getatt.yaml"], {"SC102 fail"}, 1),
    "a task definition by Sub": (["19-task-by-sub.yaml"], {"SC102 fail"}, 1),
    "a task definition of another stack": (["22-exporting-stack.yaml", "22-importing-stack.yaml"], {"SC102 fail"}, 1),
    "one parameter for both port names": (["23-port-name-same-ref.yaml"], set(), 0),
    "an open discovery name": (["24-only-discovery-name-open.yaml"], set(), 0),
    "allowed values that are all fine": (["25-allowed-values-all-fine.yaml"], set(), 0),
    "an open container name": (["27-container-name-open.yaml"], set(), 0),
    "an open size": (["28-size-open-only.yaml"], {"SC108 unknown"}, 0),
    "services that are never both there": (["30-exclusive-conditions.yaml"], set(), 0),
    "a namespace by three names": (["32-namespace-three-ways.yaml"], {"SC105 fail"}, 1),
}


@pytest.mark.parametrize(("files", "expected", "code"), CASES.values(), ids=CASES)
def test_a_case_is_what_it_is(files: list[str], expected: set[str], code: int):
    assert told(*case(*files)) == expected
    assert run(*case(*files))[0] == code
