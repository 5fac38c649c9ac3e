"""Whoever reads a name in an editor is told what it is: every public function, class and module says so."""

import ast
from collections.abc import Iterator

import pytest

from tests.contracts.deployed import ROOT
from tests.contracts.source import PACKAGE

FILES = [
    path
    for folder in (PACKAGE, *(ROOT / name for name in ("scaudit_cli", "functions", "local")))
    for path in sorted(folder.rglob("*.py"))
]


def public(body: list[ast.stmt], within: str = "") -> Iterator[tuple[str, ast.AST]]:
    """The public functions and classes of a module, and the methods of these classes."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield within + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{node.name}.")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_public_says_what_it_is(path) -> None:
    module = ast.parse(path.read_text())
    named = [("the module", module), *public(module.body)]
    words = {name: (ast.get_docstring(node) or "").split() for name, node in named}
    assert [name for name, said in words.items() if len(said) < 2] == []
    repeated = {name for name, said in words.items() if "".join(said).strip(".").lower() == name.replace("_", "")}
    assert not repeated, "these say no more than their name"
