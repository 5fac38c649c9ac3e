"""However a run ends, its processes and its files end with it."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.process import EmulatorError
from local.stack import running_stack
from tests.local.mesh import eventually

PROJECT = Path(__file__).parents[2]
PARENT = """
import os, signal
from pathlib import Path
from local.stack import running_stack
with running_stack(run_dir=Path(os.environ["RUN_DIR"])) as stack:
    lambda_client = stack.client("lambda")
    code = Path(os.environ["FUNCTION"]).read_bytes()
    lambda_client.create_function(FunctionName="f", Runtime="python3.13", Handler="f.handler", Code={"ZipFile": code},
                                  Role="arn:aws:iam::123456789012:role/r", Timeout=60)
    lambda_client.get_waiter("function_active_v2").wait(FunctionName="f")
    lambda_client.invoke(FunctionName="f", InvocationType="Event")
    print("ready", flush=True)
    signal.pause()
"""

AT_WORK = """
import pathlib, time
def handler(event, context):
    pathlib.Path("at-work").touch()
    time.sleep(60)
"""


@pytest.fixture
def function(tmp_path):
    path = tmp_path / "f.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("f.py", AT_WORK)
    return path


@contextmanager
def python(arguments, **environment):
    """A Python process that a failing test does not leave behind."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment},
        stdout=subprocess.PIPE,
        text=True,
        # A shell's job in the background ignores Ctrl-C, and so do its children: as `make test &` does.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def processes_of(run_dir):
    """Processes that work in the run's directory or were started out of it."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                arguments = (process / "cmdline").read_bytes().decode()
                environment = (process / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if str(run_dir) in arguments or f"TMPDIR={run_dir}" in environment:
                found.append(arguments)
    return found


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL], ids=lambda end: end.name)
def test_after_a_signal(end, tmp_path, function):
    run_dir = tmp_path / "run"
    with python(["-c", PARENT], RUN_DIR=str(run_dir), FUNCTION=str(function)) as parent:
        assert parent.stdout.readline() == "ready\n"
        eventually(lambda: list(run_dir.glob("**/at-work")))
        # The emulator, and the function that is at work.
        assert len(processes_of(run_dir)) == 2
        parent.send_signal(end)
        parent.wait(timeout=60)

    def gone():
        return not processes_of(run_dir) and not run_dir.exists()

    assert eventually(gone) if end == signal.SIGKILL else gone()


def test_after_an_exception(tmp_path):
    with pytest.raises(ZeroDivisionError), running_stack(run_dir=tmp_path / "run") as stack:
        assert processes_of(stack.run_dir)
        1 / 0  # noqa: B018
    assert not stack.run_dir.exists()
    assert not processes_of(stack.run_dir)


def test_a_directory_with_something_in_it_is_not_taken(tmp_path):
    (tmp_path / "mine").write_text("keep")
    with pytest.raises(FileExistsError), running_stack(run_dir=tmp_path):
        pass
    assert (tmp_path / "mine").read_text() == "keep"


def test_a_port_in_use_is_told(tmp_path, stack):
    port = int(stack.endpoint.rsplit(":", 1)[1])
    with pytest.raises(EmulatorError, match=f"port {port} .* in use"), running_stack(port=port):
        pass


def test_by_hand(tmp_path):
    """`python -m local` prints what a shell needs, and Ctrl-C ends it."""
    with python(["-m", "local", "--port", "0"], TMPDIR=str(tmp_path), AWS_PROFILE="somebody") as local:
        exports = list(iter(local.stdout.readline, "# The local AWS runs until Ctrl-C.\n"))
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        script = "".join(exports) + "aws sts get-caller-identity"
        said = subprocess.run(["bash", "-c", script], env={"PATH": path}, capture_output=True, text=True)
        local.send_signal(signal.SIGINT)
        assert local.wait(timeout=60) == 0
    assert json.loads(said.stdout)["Account"] == "123456789012"
    assert list(tmp_path.iterdir()) == []
