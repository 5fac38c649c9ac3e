"""The real `sam build` and `sam deploy`, into the local AWS and with nothing left in the project's tree."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from local.environment import SAM
from local.stack import LocalStack

BUILD_TIMEOUT = 300.0
DEPLOY_TIMEOUT = 300.0
SHOWN_LINES = 40


class DeployError(RuntimeError):
    """`sam` failed or took too long; the message shows the end of what it said."""


def deploy(
    stack: LocalStack,
    stack_name: str,
    parameters: Mapping[str, str],
    *,
    project: Path,
    say: Callable[[str], None],
    built: Path | None = None,
) -> Mapping[str, str]:
    """Builds and deploys the project's template, and returns the outputs of the stack.

    With `built`, a folder that may not be there yet, what an earlier deployment has built there is deployed again.
    """
    work = stack.run_dir / "deployments" / stack_name
    work.mkdir(parents=True, exist_ok=True)
    overrides = work / "parameters.yaml"
    overrides.write_text(json.dumps(dict(parameters)))  # JSON is YAML, and needs no quoting rules.

    if built is None or not built.exists():
        built = built or work / "build"
        build = ["build", "--template", str(project / "template.yaml"), "--base-dir", str(project)]
        build += ["--build-dir", str(built), "--cache-dir", str(work / "cache")]
        sam(stack, build, BUILD_TIMEOUT, say)

    ship = ["deploy", "--template-file", str(built / "template.yaml"), "--stack-name", stack_name]
    ship += ["--resolve-s3", "--capabilities", "CAPABILITY_IAM"]
    ship += ["--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"]
    ship += ["--parameter-overrides", f"file://{overrides}"] if parameters else []
    sam(stack, ship, DEPLOY_TIMEOUT, say)

    described = stack.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


def sam(stack: LocalStack, arguments: list[str], timeout: float, say: Callable[[str], None]) -> None:
    """Run one command of AWS SAM CLI against the stack. Raises DeployError when it fails or takes longer than
    `timeout` seconds."""
    if not SAM.exists():
        raise DeployError(f"there is no {SAM}: `make setup` installs it")
    began = time.monotonic()
    # A session of its own: sam starts make, pip and others, and all of them must end when the time is up.
    process = subprocess.Popen(
        [str(SAM), *arguments],
        cwd=stack.run_dir,
        env=dict(stack.env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as late:
        said = late.output.decode(errors="replace") if isinstance(late.output, bytes) else ""
        raise DeployError(f"sam {arguments[0]} took more than {timeout:.0f} s:\n{end_of(said)}") from None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.returncode:
        raise DeployError(f"sam {arguments[0]} ended with code {process.returncode}:\n{end_of(output)}")
    say(f"sam {arguments[0]}: {time.monotonic() - began:.1f} s")


def end_of(output: str) -> str:
    """The last lines of an output, which tell why it failed."""
    return "\n".join(output.splitlines()[-SHOWN_LINES:])
