"""`python -m local`: a local AWS to work with by hand, until Ctrl-C."""

import argparse
import shlex
import signal
from contextlib import suppress

from local.environment import aws_settings
from local.process import EmulatorError
from local.stack import running_stack


def main() -> None:
    """Run the local AWS until Ctrl-C, and print the settings that lead to it."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--port", type=int, default=4566)
    port = parser.parse_args().port
    try:
        with suppress(KeyboardInterrupt), running_stack(port=port) as stack:
            for name, value in aws_settings(stack.endpoint, stack.run_dir).items():
                print(f"export {name}={shlex.quote(value)}")
            print("# The local AWS runs until Ctrl-C.", flush=True)
            signal.pause()
    except EmulatorError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
