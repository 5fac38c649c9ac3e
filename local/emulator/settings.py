"""What the parent tells the emulator; taken out of the environment, since Lambda functions inherit that."""

import os
from pathlib import Path

RUN_DIR = Path(os.environ.pop("LOCAL_RUN_DIR"))
TASK_DELAY = float(os.environ.pop("LOCAL_TASK_DELAY"))
