"""`python -m local.emulator`: the emulator's process. Its settings come from the environment, see `local.process`."""

import os

from ministack import app

from local.emulator import seams
from local.emulator.parent import end_with_parent


def main() -> None:
    """Run ministack with our control plane laid over it, until the parent process ends."""
    end_with_parent()
    seams.check()
    # Only now, since these modules take hold of the seams as they are imported.
    from local.emulator import overlay

    overlay.install()
    # Functions inherit this environment, and must not find the emulator's code.
    del os.environ["PYTHONPATH"]
    app.main()


if __name__ == "__main__":
    main()
