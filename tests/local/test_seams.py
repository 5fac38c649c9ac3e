"""A ministack that changed under us is refused in words."""

import os
import subprocess
from pathlib import Path

import pytest

from local.environment import EMULATOR_PYTHON

PROJECT = Path(__file__).parents[2]
ANOTHER_SIGNATURE = """
from ministack.services import ecs
def handle_request(method, path, headers, body): ...
ecs.handle_request = handle_request
"""


def checked(change: str, folder: Path) -> tuple[int, str]:
    """How the emulator's process ends its check of a changed ministack, and what it says."""
    program = f"{change}\nfrom local.emulator import seams\nseams.check()"
    # ministack writes a key into STATE_DIR as soon as it is imported.
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "STATE_DIR": str(folder)}
    command = [EMULATOR_PYTHON, "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_the_pinned_ministack_fits(tmp_path):
    assert checked("", tmp_path) == (0, "")


def test_another_signature_is_refused(tmp_path):
    code, said = checked(ANOTHER_SIGNATURE, tmp_path)
    assert code == 1 and "ministack.services.ecs.handle_request takes" in said


@pytest.mark.parametrize(("module", "name"), [("eventbridge", "_put_events"), ("lambda_svc", "_esm_wake")])
def test_what_is_gone_is_refused(tmp_path, module, name):
    code, said = checked(f"from ministack.services import {module}\ndel {module}.{name}", tmp_path)
    assert code == 1 and f"{name} is gone" in said
