"""What the person who watches sees: steps with their time, commands as typed, messages as they arrived."""

import time

from rich.console import Console
from rich.markup import escape


class Terminal:
    """One demo's output. Colours only on a terminal; the clock starts with the demo."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._began = time.monotonic()

    def step(self, text: str) -> None:
        """Begin a part of the demo under a heading."""
        self._console.print(f"\n[bold]{self._clock()} {escape(text)}[/bold]")

    def note(self, text: str) -> None:
        """Say what goes on, with the time."""
        self._console.print(f"{self._clock()} {escape(text)}")

    def command(self, typed: str, answer: str) -> None:
        """Show a command as it was typed, and the part of its answer that matters."""
        self._console.print(f"  [cyan]$ {escape(typed)}[/cyan]")
        if answer:
            self._console.print(f"  [dim]{escape(answer)}[/dim]")

    def arrived(self, subject: str, text: str = "") -> None:
        """Show a message as it reached its subscriber."""
        self._console.print(f"\n{self._clock()} [bold yellow]Subject: {escape(subject)}[/bold yellow]")
        for line in text.rstrip().splitlines():
            self._console.print(f"  | {escape(line)}")

    def last(self, line: str) -> None:
        """Print the line that tells how it ended, without colours, for whoever reads it by machine."""
        self._console.print()
        print(line, flush=True)

    def _clock(self) -> str:
        return f"{time.monotonic() - self._began:5.1f} s"
