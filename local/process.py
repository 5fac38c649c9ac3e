"""The emulator as a child process: started, waited for, and killed with everything it started."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from local.environment import ACCOUNT, EMULATOR_PYTHON, REGION

START_TIMEOUT = 30.0
HOST = "127.0.0.1"


class EmulatorError(RuntimeError):
    """The emulator could not be started; the message shows what it said."""


def free_port(wanted: int = 0) -> int:
    """The port that is wanted, or any; refused here, since another emulator on it would pass for ours."""
    with socket.socket() as probe:
        # As the emulator's server does: a port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError as error:
            raise EmulatorError(
                f"port {wanted} of {HOST} cannot be had: {error.strerror}. If another `make local` runs, use that one "
                "or end it with Ctrl-C; or take another port: make local PORT=4567"
            ) from None
        port: int = probe.getsockname()[1]
        return port


def emulator_environment(port: int, run_dir: Path, task_delay: float, enforce_iam: bool) -> dict[str, str]:
    """Only what is named here: Lambda functions inherit it."""
    temporary = run_dir / "emulator"
    temporary.mkdir()
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
        "LANG": "C.UTF-8",
        "HOME": str(temporary),
        "TMPDIR": str(temporary),
        "STATE_DIR": str(temporary),
        "S3_DATA_DIR": str(temporary),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "LAMBDA_EXECUTOR": "local",
        "AUTH": "true" if enforce_iam else "false",
        # ministack would listen on fixed ports besides its own.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOCAL_RUN_DIR": str(run_dir),
        "LOCAL_TASK_DELAY": str(task_delay),
    }


@contextmanager
def emulator(port: int, run_dir: Path, task_delay: float, enforce_iam: bool) -> Iterator[str]:
    """The endpoint of an emulator that answers; it and its children are gone afterwards."""
    if not EMULATOR_PYTHON.exists():
        raise EmulatorError(f"there is no {EMULATOR_PYTHON}: `make setup` installs it")
    log = run_dir / "emulator.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(EMULATOR_PYTHON), "-m", "local.emulator"],
            # The emulator ends itself when this pipe closes, so it cannot outlive a parent that was killed.
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=emulator_environment(port, run_dir, task_delay, enforce_iam),
            cwd=run_dir,
            start_new_session=True,
        )
    try:
        endpoint = f"http://{HOST}:{port}"
        wait_until_healthy(process, endpoint, log)
        yield endpoint
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_until_healthy(process: subprocess.Popen[bytes], endpoint: str, log: Path) -> None:
    """Return as soon as the emulator answers. Raises EmulatorError with the end of its log if it ends or stays
    silent."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise EmulatorError(f"the emulator ended with code {process.returncode}:\n{tail(log)}")
        with suppress(urllib.error.URLError, OSError), opener.open(f"{endpoint}/_ministack/health", timeout=1):
            return
        time.sleep(0.02)
    raise EmulatorError(f"the emulator did not answer within {START_TIMEOUT:.0f} s:\n{tail(log)}")


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
