"""Ends the emulator when its parent is gone."""

import os
import shutil
import signal
import sys
import threading

from local.emulator.settings import RUN_DIR


def end_with_parent() -> None:
    """End this process as soon as its parent has ended, however it did."""
    threading.Thread(target=wait_for_parent, name="parent", daemon=True).start()


def wait_for_parent() -> None:
    """Standard input is a pipe that only the parent holds: it closes when the parent ends, however it ends."""
    sys.stdin.buffer.read()
    # Functions may still write while their files are deleted; once the directory is gone nothing can be made in it.
    while RUN_DIR.exists():
        shutil.rmtree(RUN_DIR, ignore_errors=True)
    os.killpg(os.getpgid(0), signal.SIGKILL)
