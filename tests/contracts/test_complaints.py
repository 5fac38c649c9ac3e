"""The list of complaints names tests that there are, all of them, and each says which complaint it stands for."""

import ast
import re
from pathlib import Path

import pytest

import tests.complaints

TESTS = Path(__file__).parents[1]
COMPLAINTS = [block for block in (tests.complaints.__doc__ or "").split("\n\n") if "\n    " in block]
TEST = re.compile(r"(?:([\w/]+\.py)::)?(test_\w+)(?!\.py)\b")


def functions(path: Path) -> dict[str, str]:
    """The tests of a file, each with its docstring."""
    found = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    return {each.name: ast.get_docstring(each) or "" for each in found if each.name.startswith("test_")}


HERE = {name: told for path in (TESTS / "complaints").glob("test_*.py") for name, told in functions(path).items()}


@pytest.mark.parametrize("complaint", COMPLAINTS, ids=lambda block: block.partition("\n")[0])
def test_a_complaint_has_tests_that_name_a_thread_of_it(complaint: str) -> None:
    threads, named = set(re.findall(r"#\d+\b", complaint)), TEST.findall(complaint)
    assert threads and [name for file, name in named if not file]
    for file, name in named:
        if file:
            assert name in functions(TESTS / file)
        else:
            assert threads & set(re.findall(r"#\d+\b", HERE[name])), f"{name} names none of {sorted(threads)}"


CASES = [*(f"j{n}" for n in range(1, 31)), *(f"r{n}" for n in range(1, 18))]


def test_every_case_has_a_test_in_the_simulated_account() -> None:
    folders = TESTS / "complaints" / "cases", TESTS / "simulation"
    names = [name.lower() for folder in folders for path in folder.glob("test_*.py") for name in functions(path)]
    played = {name.split("_")[1] for name in names}
    assert set(CASES) <= played


def test_every_test_of_a_complaint_is_listed() -> None:
    assert HERE.keys() == {name for complaint in COMPLAINTS for file, name in TEST.findall(complaint) if not file}
