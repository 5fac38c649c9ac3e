"""The build of 8fc134c, the first round, as a command to stand beside ours."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).parents[1]
FIRST = "8fc134c"


@contextmanager
def before() -> Iterator[list[str]]:
    """Its command `scaudit`: with the Python of this environment, from a worktree of its own."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / FIRST
        git = ["git", "-C", str(PROJECT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), FIRST], check=True)
        path = os.pathsep.join([str(tree), str(tree / "layers" / "scaudit")])
        try:
            yield ["env", f"PYTHONPATH={path}", sys.executable, "-m", "cli"]
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)
