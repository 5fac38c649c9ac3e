"""Whatever is done to healthy files: lint exits with a code of its own and writes what it says it writes.

`make fuzz` tries 5,000 mutations, other ones each time; the tests always the same 300.
"""

import json
import os
import re
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from scaudit_cli.app import app
from tests.cli.mutations import mutated

WANTED = int(os.environ.get("FUZZ", "0"))
STAND_IN = re.compile(
    r"(endpoint|portName|container|alias|service) (serviceConnectConfiguration|containerDefinitions)[.[]"
)
"""A path where a name should be."""
READ = {"json": json.loads, "sarif": json.loads, "junit": ElementTree.fromstring, "text": str}


@settings(
    max_examples=WANTED or 300,
    derandomize=not WANTED,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(READ)))
def test_no_mutation_makes_lint_stumble(chance: Random, output: str):
    with TemporaryDirectory() as folder:
        paths = mutated(Path(folder), chance)
        result = CliRunner().invoke(app, ["lint", *map(str, paths), "--output", output, "--verbose"])
        assert isinstance(result.exception, SystemExit | None), [path.read_text(errors="replace") for path in paths]
        assert result.exit_code in (0, 1, 2, 64)
        if result.exit_code == 64:
            assert result.stderr.startswith("scaudit: ")
        else:
            READ[output](result.stdout)
            assert not any("\ue000" <= character <= "\ue00f" for character in result.stdout)
            assert not STAND_IN.search(result.stdout)
