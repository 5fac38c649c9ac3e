"""The interpreters of Lambda functions: each with what Lambda's own runtime has, and nothing of the emulator's."""

import importlib.util
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path

from ministack.core import lambda_runtime

from local.emulator.settings import RUN_DIR

# What Lambda's Python runtimes bring along; all of it pure Python, so it serves any version.
SDK = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
TIMEOUT = 60

_ministack_detect = lambda_runtime._detect_runtime_binary
_one_at_a_time = threading.Lock()


def install() -> None:
    """Run Python functions in an interpreter of their own, as Lambda does."""
    lambda_runtime._detect_runtime_binary = detect


def detect(runtime: str) -> tuple[str, str]:
    """The interpreter and the worker script for a runtime."""
    binary, worker = _ministack_detect(runtime)
    if not runtime.startswith("python"):
        return binary, worker
    with _one_at_a_time:
        return str(interpreter(runtime)), worker


@cache
def interpreter(runtime: str) -> Path:
    """An interpreter that finds the AWS SDK and nothing else of ours; made once for each runtime."""
    home = RUN_DIR / "runtimes" / runtime
    run([base(runtime), "-m", "venv", "--without-pip", str(home)])
    packages = next(home.glob("lib/python*/site-packages"))
    for name in SDK:
        found = importlib.util.find_spec(name)
        assert found and found.origin
        origin = Path(found.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (packages / source.name).symlink_to(source)
    return home / "bin" / "python"


def base(runtime: str) -> str:
    """The interpreter that the function declares if this machine has one that works, else the emulator's."""
    version = runtime.removeprefix("python")
    try:
        # pyenv leaves programs of this name on PATH for versions that are not in use; only running one tells.
        found = run([f"python{version}", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
    except (OSError, subprocess.CalledProcessError):
        return sys.executable
    return f"python{version}" if found.strip() == version else sys.executable


def run(command: list[str]) -> str:
    """The output of a command. Raises when it fails."""
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=TIMEOUT).stdout
