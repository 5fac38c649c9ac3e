"""A standard output that a person looks at."""

import io


class Terminal(io.StringIO):
    """Keeps what is written to it."""

    def isatty(self) -> bool:
        """It is one."""
        return True
