"""The code that is deployed, read without running it."""

import ast
from pathlib import Path

from tests.contracts.deployed import ROOT

PACKAGE = ROOT / "layers" / "scaudit" / "scaudit"
HANDLERS = {path.stem: path for path in sorted((ROOT / "functions").rglob("*.py"))}


def _module(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


MODULES = {_module(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports(path: Path) -> set[str]:
    """The modules that a file imports, by full name; names taken out of a module count as the module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            modules = {f"{node.module}.{alias.name}" for alias in node.names} & MODULES.keys()
            found |= modules or {str(node.module)}
    return found


def reached(handler: str) -> str:
    """The text of a handler and of all our modules that it imports, directly or not."""
    seen: set[str] = set()
    ahead = imports(HANDLERS[handler]) & MODULES.keys()
    while ahead:
        module = ahead.pop()
        seen.add(module)
        ahead |= (imports(MODULES[module]) & MODULES.keys()) - seen
    return "\n".join(path.read_text() for path in [HANDLERS[handler], *(MODULES[module] for module in sorted(seen))])
