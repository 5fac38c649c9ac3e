"""A person at a shell: types `aws` and `scaudit` commands and reads their answers."""

import json
import shlex
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self

from local.demo.terminal import Terminal
from local.stack import LocalStack

ARTICLE = Path(__file__).parent / "article"
PROJECT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds for one command."""
SHELLS = 2
"""As many as the machine of CI has cores."""


class CommandFailed(RuntimeError):
    """A command of the demo was refused; the message is what the command said."""


class Person:
    """Types commands in the folder that holds the article's JSON files, `aws` in shells that stay open."""

    def __init__(self, stack: LocalStack, terminal: Terminal) -> None:
        self._env = dict(stack.env)
        self._terminal = terminal
        self._shells: SimpleQueue[subprocess.Popen[str]] = SimpleQueue()
        for _ in range(SHELLS):
            self._shells.put(
                subprocess.Popen(
                    [sys.executable, "-m", "local.demo.shell"],
                    env={**self._env, "PYTHONPATH": str(PROJECT)},
                    cwd=ARTICLE,
                    text=True,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the shells."""
        for _ in range(SHELLS):
            self._shells.get().communicate(timeout=PATIENCE)

    def types(self, typed: str, show: str = "") -> Any:  # noqa: ANN401
        """Run one command and return its answer; `show` is the path to the part of it that is shown."""
        answer = self._answer(typed)
        self._terminal.command(typed, f"{show}: {json.dumps(_at(answer, show))}" if show else "")
        return answer

    def types_each(self, typed: Sequence[str]) -> list[Any]:
        """Run commands side by side, one in each shell. Returns their answers in this order."""
        with ThreadPoolExecutor(SHELLS) as hands:
            answers = list(hands.map(self._answer, typed))
        for command in typed:
            self._terminal.command(command, "")
        return answers

    def _answer(self, typed: str) -> Any:  # noqa: ANN401
        command, *arguments = shlex.split(typed)
        code, out, errors = self._aws(arguments) if command == "aws" else self._run([command, *arguments])
        if code:
            raise CommandFailed(f"{typed}\n{errors.strip()}")
        return json.loads(out) if out.strip() else {}

    def _aws(self, arguments: Sequence[str]) -> tuple[int, str, str]:
        shell = self._shells.get()
        try:
            assert shell.stdin and shell.stdout
            print(json.dumps(arguments), file=shell.stdin, flush=True)
            code, out, errors = json.loads(shell.stdout.readline() or '[1, "", "the AWS CLI died"]')
        finally:
            self._shells.put(shell)
        return code, out, errors

    def _run(self, command: Sequence[str]) -> tuple[int, str, str]:
        done = subprocess.run(
            command, env=self._env, cwd=ARTICLE, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        return done.returncode, done.stdout, done.stderr


def _at(answer: Any, path: str) -> Any:  # noqa: ANN401
    for name in path.split("."):
        answer = answer[int(name)] if name.isdigit() else answer[name]
    return answer
