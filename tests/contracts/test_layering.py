"""The folder list is the flow: a room imports only from lower floors, and what judges touches nothing outside."""

import ast
import re
from statistics import median

import pytest

from tests.contracts.deployed import ROOT
from tests.contracts.source import HANDLERS, MODULES, PACKAGE, imports

FLOORS = [
    {"values", "__init__"},
    {"record", "clock", "attempts", "proxylog"},
    {"model"},
    {"checks", "store", "settings", "queue"},
    {"judge", "collect"},
    {"audit", "announce"},
]
PURE = {"values", "model", "proxylog", "checks", "judge"}
ALLOWED = {"collections", "dataclasses", "datetime", "enum", "functools", "hashlib", "inspect", "itertools", "json"}
ALLOWED |= {"math", "operator", "re", "typing"}
"""What judges may import beside the pure rooms: whatever else there is may reach files, clocks, networks or AWS."""
FINDS_ITS_OWN = {"scaudit.checks": {"importlib", "pkgutil"}}
TOUCHES = {"__import__", "eval", "exec", "input", "open", "print"}
CLOCKS = {"now", "today", "utcnow"}
LONGEST, MEDIAN = 200, 80
"""Lines of a file."""
SLOW = r"^from dataclasses import (.*[ ,])?dataclass\b|^import dataclasses.*(?s:.*)dataclasses\.dataclass\b"
FLOOR = {room: number for number, floor in enumerate(FLOORS) for room in floor}


def room(module: str) -> str:
    """The top folder of a module, or the module itself where it stands alone."""
    return (module.split(".")[1:] or ["__init__"])[0]


def ours(module: str) -> set[str]:
    return {name for name in imports(MODULES[module]) if name in MODULES and name != "scaudit"}


def test_the_rooms_stand_on_their_floors() -> None:
    arrows = {(room(m), room(n)) for m in MODULES for n in ours(m) if room(m) != room(n)}
    rooms, folders = {room(m) for m in MODULES}, sorted({path.parent for path in MODULES.values()} - {PACKAGE})
    print(f"{len(folders)} rooms on {len(FLOORS)} floors, {len(arrows)} arrows")
    assert rooms == FLOOR.keys() and len(folders) == 11
    assert not [f"{a} -> {b}" for a, b in sorted(arrows) if FLOOR[a] <= FLOOR[b]]


def test_no_room_within_a_room_imports_its_parent_and_no_imports_run_in_a_circle() -> None:
    for module in MODULES:
        above = {MODULES[name].parent for name in ours(module)} & set(MODULES[module].parent.parents) - {PACKAGE}
        assert not above, f"{module} imports from {above}, which is above it"
    ahead = {module: ours(module) - {module} for module in MODULES}
    while free := {module for module, names in ahead.items() if not names}:
        ahead = {module: names - free for module, names in ahead.items() if module not in free}
    assert not ahead


@pytest.mark.parametrize("module", [module for module in MODULES if room(module) in PURE])
def test_what_judges_reaches_nothing_outside(module: str) -> None:
    outside = {name for name in imports(MODULES[module]) if not (name in MODULES and room(name) in PURE)}
    unknown = {name.split(".")[0] for name in outside} - ALLOWED - FINDS_ITS_OWN.get(module, set())
    assert not unknown, f"{module}: what is not in ALLOWED may reach files, clocks, networks or AWS"
    nodes = list(ast.walk(ast.parse(MODULES[module].read_text())))
    assert not TOUCHES & {node.id for node in nodes if isinstance(node, ast.Name)}
    assert not CLOCKS & {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def test_dataclasses_are_quick_to_import() -> None:
    """All but the one that makes them: see scaudit/values.py."""
    files = {*MODULES.values(), *(ROOT / "scaudit_cli").rglob("*.py")} - {MODULES["scaudit.values"]}
    slow = [str(path.relative_to(ROOT)) for path in files if re.search(SLOW, path.read_text(), re.MULTILINE)]
    assert not sorted(slow), "take dataclass from scaudit.values"


@pytest.mark.parametrize("handler", HANDLERS)
def test_nobody_imports_a_handler(handler: str) -> None:
    assert handler not in set().union(*map(imports, [*HANDLERS.values(), *MODULES.values()]))


def test_nothing_that_is_deployed_knows_the_local_stack_or_the_tests() -> None:
    for path in [*MODULES.values(), *HANDLERS.values()]:
        assert not {name.split(".")[0] for name in imports(path)} & {"local", "ministack", "moto", "tests"}


def test_no_test_borrows_from_a_test() -> None:
    """What tests share lies in modules of its own: a test can be split, moved or run alone."""
    for path in (ROOT / "tests").rglob("*.py"):
        named = [
            node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        names = {f"{getattr(node, 'module', '')}.{alias.name}".lstrip(".") for node in named for alias in node.names}
        borrowed = {name for name in names if name.startswith("tests.") and ".test_" in name}
        assert not borrowed, f"{path.relative_to(ROOT)} imports {borrowed}"


def test_files_stay_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in MODULES.values()}
    print(f"{len(lengths)} files, median {median(lengths.values())} lines, longest {max(lengths.values())}")
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}, "split it by its subjects"
    assert median(lengths.values()) < MEDIAN, "files grow in general: split the ones of several subjects"
