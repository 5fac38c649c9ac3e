"""One list of dependencies, a lock for each environment, and a layer that is pure Python and in step with both."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from itertools import chain

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.contracts.deployed import ROOT

LOCKS = {path.stem: path.read_text() for path in (ROOT / "locks").iterdir()}
LAYER = (ROOT / "layers/scaudit/requirements.txt").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def entries(text: str) -> dict[str, str]:
    """Package to its whole entry: version, marker, hashes."""
    found = re.split(r"\n(?=\S)", text.strip())
    return {canonicalize_name(re.split("[=<> ;]", entry)[0]): entry for entry in found}


def layer_packages() -> set[str]:
    """What the group `layer` needs, taken from what is installed."""
    known: set[str] = set()
    wanted = [Requirement(text) for text in PROJECT["dependency-groups"]["layer"]]
    while wanted:
        requirement = wanted.pop()
        name = canonicalize_name(requirement.name)
        if name in known or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        known.add(name)
        wanted += [Requirement(text) for text in distribution(name).requires or []]
    return known


def test_each_lock_has_all_that_is_named():
    project, groups = PROJECT["project"], PROJECT["dependency-groups"]
    of_the_command = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    named = {**groups, "dev": [*of_the_command, *groups["layer"], *groups["dev"]]}
    assert LOCKS.keys() == named.keys() - {"layer"}
    for lock, text in LOCKS.items():
        wanted = {canonicalize_name(Requirement(each).name) for each in named[lock] if isinstance(each, str)}
        assert wanted <= entries(text).keys()


@pytest.mark.parametrize("lock", [*LOCKS.values(), LAYER], ids=[*LOCKS, "layer"])
def test_a_lock_pins_and_hashes_and_names_no_address(lock):
    assert not [name for name, entry in entries(lock).items() if "==" not in entry or "--hash=sha256:" not in entry]
    assert "http" not in lock
    assert "://" not in lock


def test_what_runs_as_a_process_only_is_not_there_to_be_imported():
    for name in ("aws-sam-cli", "ministack"):
        assert name not in entries(LOCKS["dev"])
        with pytest.raises(PackageNotFoundError):
            distribution(name)


def test_what_is_installed_is_what_the_lock_says():
    for name in sorted(layer_packages()):
        assert f"=={distribution(name).version} " in entries(LOCKS["dev"])[name]


def test_the_layer_has_what_it_needs_in_the_versions_of_the_lock():
    locked = entries(LOCKS["dev"])
    assert entries(LAYER) == {name: locked[name] for name in layer_packages()}, "stale: run `make lock`"


def test_the_layer_brings_no_aws_sdk():
    assert not {"boto3", "botocore", "s3transfer", "urllib3"} & entries(LAYER).keys()


@pytest.mark.parametrize("name", sorted(entries(LAYER)))
def test_the_layer_has_no_compiled_wheel(name):
    wheel = distribution(name).read_text("WHEEL")
    assert "Root-Is-Purelib: true" in wheel
    assert not [tag for tag in re.findall(r"^Tag: (.*)$", wheel, re.MULTILINE) if not tag.endswith("-none-any")]


def test_the_hook_for_pre_commit_judges_whole_groups_and_can_read_yaml():
    """pre-commit passes the changed files alone, in several processes: those of a group are judged together."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    command, subcommand = hook["entry"].split()
    assert command in PROJECT["project"]["scripts"] and subcommand == "lint"
    assert hook["additional_dependencies"] == PROJECT["project"]["optional-dependencies"]["lint"]
    assert (hook["pass_filenames"], hook["require_serial"]) == (False, True)
    documents = (ROOT / "docs" / "operating.md").read_text()
    assert f"- id: {hook['id']}\n" in documents
