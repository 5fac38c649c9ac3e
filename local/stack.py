"""The local AWS as the demo and the tests use it: one context manager, one handle."""

import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import botocore.session
from botocore.config import Config

from local.environment import ACCOUNT, REGION, SECRET, config_file, tool_environment
from local.process import emulator, free_port

# botocore makes the class of a client at run time, from the service's model.
Client = Any


@dataclass(frozen=True)
class LocalStack:
    """A running local AWS: where it is, and the environment that leads to it."""

    endpoint: str
    region: str
    account: str
    run_dir: Path
    env: Mapping[str, str]

    def client(self, service: str, region: str = "", account: str = "") -> Client:
        """A boto3 client that reads no profile, proxy or setting of the user's, for the stack's own Region and account
        unless others are named."""
        session = botocore.session.Session(
            session_vars={
                "profile": (None, None, None, None),
                "config_file": (None, None, str(config_file(self.run_dir)), None),
                "credentials_file": (None, None, str(self.run_dir / "no-credentials"), None),
            }
        )
        return session.create_client(
            service,
            endpoint_url=self.endpoint,
            region_name=region or self.region,
            aws_access_key_id=account or self.account,
            aws_secret_access_key=SECRET,
            config=Config(retries={"mode": "standard"}, inject_host_prefix=False, proxies={}),
        )


@contextmanager
def running_stack(
    *, task_delay: float = 0.3, run_dir: Path | None = None, port: int = 0, enforce_iam: bool = False
) -> Iterator[LocalStack]:
    """A local AWS with `task_delay` seconds between the states of an ECS task, on `port` or any free one.

    With `enforce_iam` its functions may do what the policies of their roles allow, and nothing else.
    Nothing of it stays afterwards: no process, and not its directory.
    """
    with (
        end_on_sigterm(),
        owned_directory(run_dir) as owned,
        emulator(free_port(port), owned, task_delay, enforce_iam) as url,
    ):
        yield LocalStack(url, REGION, ACCOUNT, owned, tool_environment(url, owned))


@contextmanager
def owned_directory(path: Path | None) -> Iterator[Path]:
    """An empty directory that is deleted at the end; one with something in it is refused."""
    if path is None:
        path = Path(tempfile.mkdtemp(prefix="scaudit-local-"))
    path.mkdir(parents=True, exist_ok=True)
    if any(path.iterdir()):
        raise FileExistsError(f"{path} is not empty, and a run deletes its directory at the end")
    try:
        yield path.resolve()
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def end_on_sigterm() -> Iterator[None]:
    """Lets SIGTERM unwind the stack as Ctrl-C does, unless the program has a handler of its own."""
    in_charge = threading.current_thread() is threading.main_thread()
    if not in_charge or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def leave(signum: int, frame: FrameType | None) -> None:
    """End on a signal, in order, so that everything that was started is ended."""
    sys.exit(128 + signum)
