"""A person at a shell: types `aws` and `scaudit` commands and reads their answers."""

import json
import shlex
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from local.demo.terminal import Terminal
from local.stack import LocalStack

ARTICLE = Path(__file__).parent / "article"
PATIENCE = 60.0
"""Seconds for one command."""
AT_ONCE = 4
"""Shells."""


class CommandFailed(RuntimeError):
    """A command of the demo was refused; the message is what the command said."""


class Person:
    """Types commands in the folder that holds the article's JSON files."""

    def __init__(self, stack: LocalStack, terminal: Terminal) -> None:
        self._stack = stack
        self._terminal = terminal

    def types(self, typed: str, show: str = "") -> Any:  # noqa: ANN401
        """Run one command and return its answer; `show` is the path to the part of it that is shown."""
        answer = self._answer(typed)
        self._terminal.command(typed, f"{show}: {json.dumps(_at(answer, show))}" if show else "")
        return answer

    def types_each(self, typed: Sequence[str]) -> list[Any]:
        """Run `aws` commands side by side, as in several shells: starting one takes most of its time. Returns their
        answers in this order."""
        with ThreadPoolExecutor(AT_ONCE) as shells:
            answers = list(shells.map(self._answer, typed))
        for command in typed:
            self._terminal.command(command, "")
        return answers

    def _answer(self, typed: str) -> Any:  # noqa: ANN401
        done = subprocess.run(
            shlex.split(typed), env=dict(self._stack.env), cwd=ARTICLE, capture_output=True, text=True, timeout=PATIENCE
        )
        if done.returncode:
            raise CommandFailed(f"{typed}\n{done.stderr.strip()}")
        return json.loads(done.stdout) if done.stdout.strip() else {}


def _at(answer: Any, path: str) -> Any:  # noqa: ANN401
    for name in path.split("."):
        answer = answer[int(name)] if name.isdigit() else answer[name]
    return answer
