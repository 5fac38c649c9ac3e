"""Ctrl-C: a real one, to a process whose calls are under way."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from benchmarks.check import AWS, served

SLOW, NEVER, PROMPT = 0.2, 600, 5.0
"""Seconds a call takes, also one that is not waited for, and within which the command is to end."""
DURING_IMPORT = """
import os, signal, sys
from scaudit_cli.__main__ import main

class Interrupt:
    def find_spec(self, name, *_):
        if name == "typer":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupt())
main()
"""


@pytest.fixture(scope="module")
def aws() -> Iterator[AWS]:
    with served("shared") as found:
        yield found


def started(*arguments: str, **settings: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
    )


def asked(aws: AWS, call: str) -> None:
    """Wait until this was asked, or anything where it is empty."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with urlopen(f"{aws.address}/calls") as told:
            if any(call in one for one in json.load(told)):
                return
        time.sleep(0.02)
    pytest.fail(f"{call or 'nothing'} was not asked")


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ("ecs:ListServices", "20 of 20 services were not looked at"),
        ("logs:DescribeLogGroups", "20 of 20 services were not looked at"),
        ("", "interrupted before it was listed what there is"),
    ],
)
def test_what_is_known_is_told_at_once_though_calls_are_under_way(aws: AWS, last: str, said: str) -> None:
    settings = {"AWS_ENDPOINT_URL": aws.address, "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
    settings |= {"AWS_DEFAULT_REGION": "ap-northeast-1", "AWS_CONFIG_FILE": os.devnull}
    aws.delayed(SLOW if last else NEVER)
    urlopen(f"{aws.address}/calls").close()  # forgets what was asked before
    with started("-m", "scaudit_cli", "check", "cluster-00", "--output", "json", **settings) as command:
        asked(aws, last)
        aws.delayed(NEVER)
        time.sleep(4 * SLOW)
        command.send_signal(signal.SIGINT)
        began = time.monotonic()
        out, err = command.communicate(timeout=60)
    assert command.returncode == 130 and time.monotonic() - began < PROMPT
    told = json.loads(out)
    assert told["summary"]["interrupted"] and told["summary"]["healthy"] == 0
    assert [finding["messages"] for finding in told["findings"]] == [[said]]
    assert "Traceback" not in err


def test_while_it_is_imported_it_just_ends() -> None:
    with started("-c", DURING_IMPORT) as command:
        out, err = command.communicate(timeout=60)
    assert (command.returncode, out, err) == (130, "", "")
