"""The environment that `aws` and `sam` need to talk to the local AWS, and to nothing else."""

import os
import sys
from pathlib import Path

# Each has an environment of its own (see the Makefile): they pin the AWS SDK that the rest is free of.
_HOME = Path(__file__).resolve().parents[1]
SAM = _HOME / ".venv-sam" / "bin" / "sam"
EMULATOR_PYTHON = _HOME / ".venv-emulator" / "bin" / "python"

REGION = "ap-northeast-1"
# The emulator takes an access key of twelve digits as the account it belongs to.
ACCOUNT = "123456789012"
SECRET = "local"

CONFIG = f"""\
[default]
region = {REGION}
output = json
cli_timestamp_format = iso8601
"""


def config_file(run_dir: Path) -> Path:
    """The AWS configuration file of the run, written if it is not there, so that no profile of the user's is read."""
    path = run_dir / "aws-config"
    if not path.exists():
        path.write_text(CONFIG)
    return path


def aws_settings(endpoint: str, run_dir: Path) -> dict[str, str]:
    """The environment variables with which any AWS client talks to this endpoint and to no other."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": str(config_file(run_dir)),
        "AWS_SHARED_CREDENTIALS_FILE": str(run_dir / "no-credentials"),
        # DiscoverInstances would go to "data-127.0.0.1" otherwise.
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_PAGER": "",
    }


def tool_environment(endpoint: str, run_dir: Path) -> dict[str, str]:
    """The caller's environment without its AWS settings, and with those of the local AWS instead."""
    temporary = run_dir / "tmp"
    temporary.mkdir(exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **inherited,
        **aws_settings(endpoint, run_dir),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "TMPDIR": str(temporary),
        "NO_PROXY": "127.0.0.1",
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.3",
    }
