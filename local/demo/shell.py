"""A shell in which the AWS CLI is loaded once: to start it takes most of a command's time.

Each line in is the arguments of one `aws` command as a JSON list; each line out its exit code, output and errors.
"""

import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

from awscli.clidriver import create_clidriver


def main() -> None:
    """Run what is typed until nothing more comes."""
    for line in sys.stdin:
        out, errors = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(errors):
            try:
                code = create_clidriver().main(json.loads(line))
            except SystemExit as left:  # arguments that it does not take, --version
                code = left.code
        print(json.dumps([code, out.getvalue(), errors.getvalue()]), flush=True)


if __name__ == "__main__":
    main()
