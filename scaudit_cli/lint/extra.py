"""cfn-lint, which reads YAML. It is twice as large as all the rest: the extra `lint` brings it."""

import shlex
import sys
from importlib.util import find_spec

from scaudit_cli.usage import Refused


def installed() -> bool:
    """Whether YAML can be read."""
    return find_spec("cfnlint") is not None


def require(file: str) -> None:
    """Raises Refused where the reader that a file needs is not installed, with the line that installs it."""
    if not installed():
        # pip takes the extra of the scaudit that is there already. This Python is that of scaudit, under pipx too.
        command = shlex.join([sys.executable, "-m", "pip", "install", "scaudit[lint]"])
        raise Refused(f"{file} is YAML, which needs scaudit's extra `lint`; install it: {command}")
