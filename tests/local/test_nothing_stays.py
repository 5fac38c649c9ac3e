"""However a run ends, its processes and its files end with it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.process import EmulatorError
from local.stack import running_stack
from tests.local.mesh import eventually

PROJECT = Path(__file__).parents[2]
PARENT = """
import os, signal, sys
from pathlib import Path
from local.stack import running_stack
with running_stack(run_dir=Path(sys.argv[1])) as stack:
    lambda_client = stack.client("lambda")
    code = (Path(sys.argv[2])).read_bytes()
    lambda_client.create_function(FunctionName="f", Runtime="python3.13", Handler="f.handler", Code={"ZipFile": code},
                                  Role="arn:aws:iam::123456789012:role/r")
    lambda_client.get_waiter("function_active_v2").wait(FunctionName="f")
    lambda_client.invoke(FunctionName="f")
    print("ready", flush=True)
    signal.pause()
"""


@pytest.fixture
def function(tmp_path):
    import zipfile

    path = tmp_path / "f.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("f.py", "def handler(event, context):\n    return 1\n")
    return path


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
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(run_dir), str(function)], env=environment, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout.readline() == "ready\n"
        # The emulator, and the worker of the function.
        assert len(processes_of(run_dir)) == 2
        parent.send_signal(end)
        parent.wait(timeout=10)
    eventually(lambda: not processes_of(run_dir) and not run_dir.exists())


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
    with pytest.raises(EmulatorError, match="already in use"), running_stack(port=port):
        pass


def test_by_hand(tmp_path):
    """`python -m local` prints what a shell needs, and Ctrl-C ends it."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "TMPDIR": str(tmp_path), "AWS_PROFILE": "somebody"}
    local = subprocess.Popen(
        [sys.executable, "-m", "local", "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True
    )
    with local:
        lines = []
        while not (lines and lines[-1].startswith("#")):
            lines.append(local.stdout.readline())
        script = "".join(lines) + "unset AWS_PROFILE\naws sts get-caller-identity\n"
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        said = subprocess.run(["bash", "-c", script], env={**environment, "PATH": path}, capture_output=True, text=True)
        local.send_signal(signal.SIGINT)
        assert local.wait(timeout=10) == 0
    assert json.loads(said.stdout)["Account"] == "123456789012"
    assert list(tmp_path.iterdir()) == []
