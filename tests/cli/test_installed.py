"""What `pip install .` gives on a bare Python: the command with all that it needs, and nothing of the repository."""

import json
import os
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from local.stack import LocalStack, running_stack
from scaudit import __version__
from scaudit.checks import CATALOGUE
from tests.local.mesh import NGINX, Mesh

TESTS = Path(__file__).parents[1]
PROJECT = TESTS.parent
SOURCES = {"scaudit": PROJECT / "layers" / "scaudit", "scaudit_cli": PROJECT}
LINT = TESTS / "data" / "lint"
# To compile all that is installed takes longer than to install it.
QUICK = {**os.environ, "PIP_COMPILE": "0", "PIP_QUIET": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
EVERY_MODULE = """
import importlib, pkgutil, scaudit_cli
for module in pkgutil.walk_packages(scaudit_cli.__path__, "scaudit_cli."):
    importlib.import_module(module.name)
"""


class Installed:
    """A virtual environment into which nothing but the wheel was installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        self.python = folder / "venv" / "bin" / "python"
        self.pip("wheel", "--no-deps", "--wheel-dir", folder, PROJECT)
        (self.wheel,) = folder.glob("*.whl")
        self.pip("install", self.wheel)
        (packages,) = (folder / "venv").glob("lib/*/site-packages")
        (information,) = packages.glob("scaudit-*.dist-info")
        self.distribution = Distribution.at(information)

    def pip(self, *arguments: str | Path) -> None:
        command = [self.python, "-m", "pip", *arguments]
        done = subprocess.run(command, env=QUICK, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def run(self, *arguments: str | Path, **settings: str) -> tuple[int, str, str]:
        """The command as a shell finds it, far from the repository: exit code, standard output and error."""
        # Without PYTHONPATH, and without AWS settings but those that are given.
        environment = {"PATH": os.environ["PATH"], "COLUMNS": "200", "HOME": str(self.folder), **settings}
        command = [self.python.with_name("scaudit"), *arguments]
        done = subprocess.run(command, env=environment, cwd=self.folder, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with running_stack(task_delay=0.05) as running:
        yield running


def test_the_wheel_holds_both_packages_and_nothing_else(installed: Installed):
    kept = {
        str(path.relative_to(folder))
        for package, folder in SOURCES.items()
        for path in (folder / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(installed.wheel) as wheel:
        held = set(wheel.namelist())
    information = {name for name in held if name.startswith(f"scaudit-{__version__}.dist-info/")}
    assert held - information == kept
    assert not [name for name in information if "licen" in name.lower()]


def test_it_is_the_version_that_it_says(installed: Installed):
    assert installed.distribution.version == __version__
    assert installed.run("--version") == (0, f"scaudit {__version__}\n", "")


def test_explain(installed: Installed):
    code, out, _ = installed.run("explain", "SC203")
    assert code == 0 and "## SC203" in out
    assert len(installed.run("explain")[1].splitlines()) == len(CATALOGUE)


def test_proxylog(installed: Installed):
    code, out, _ = installed.run("proxylog", TESTS / "data" / "proxy-logs" / "09-port-in-use-ingress.log")
    assert code == 1 and "listener ingress-nginx was not bound" in out.splitlines()[0]


def test_check(installed: Installed, stack: LocalStack):
    endpoint = {**NGINX, "discoveryName": "web"}
    fault = [{"key": "local:fault", "value": "wrong-port"}]
    Mesh(stack, "tutorial").steady("web", endpoints=[endpoint], tags=fault)
    settings = {name: value for name, value in stack.env.items() if name.startswith("AWS_")}
    code, out, err = installed.run("check", "--all", "--no-settle", "--output", "json", **settings)
    assert (code, err) == (1, "")
    assert {f["id"] for f in json.loads(out)["findings"] if f["status"] == "fail"} >= {"SC203"}


def test_check_without_settings_says_so(installed: Installed):
    code, out, err = installed.run("check", "--all")
    assert (code, out) == (64, "") and "there are no AWS credentials" in err
    code, out, err = installed.run("check", "--all", AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    assert (code, out) == (64, "") and "no Region is named" in err


def test_lint_reads_plain_json(installed: Installed):
    code, out, _ = installed.run("lint", *LINT.glob("service-connect-*.json"))
    assert code == 1 and "serviceConnectConfiguration.namespace is true, expected a name or an ARN" in out


def test_lint_reads_a_template_in_json(installed: Installed, tmp_path: Path):
    template = tmp_path / "template.json"
    template.write_text(json.dumps({"Resources": {"S": {"Type": "AWS::ECS::Service", "Properties": {}}}}))
    assert installed.run("lint", template)[0] == 0


def test_lint_says_what_yaml_needs_and_with_that_nothing_is_missing(installed: Installed):
    template = LINT / "template.yaml"
    code, out, err = installed.run("lint", template)
    assert (code, out) == (64, "") and err.count("\n") == 1
    said, _, command = err.partition("; install it: ")
    assert said == f"scaudit: {template} is YAML, which needs scaudit's extra `lint`"
    subprocess.run(shlex.split(command), env=QUICK, check=True)
    code, out, err = installed.run("lint", LINT / "template.yaml")
    assert (code, err) == (0, "") and "Web" in out
    done = subprocess.run([installed.python, "-I", "-c", EVERY_MODULE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
