"""The content of one file: JSON read here, everything else by the readers of cfn-lint."""

import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from os.path import realpath
from pathlib import Path
from typing import Any

from scaudit_cli.lint import extra
from scaudit_cli.lint.formats import foreign
from scaudit_cli.lint.marked_json import PRIVATE, Malformed, marked_json
from scaudit_cli.usage import Refused

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""How Windows PowerShell begins what it redirects into a file."""
_PRIVATE = re.compile(rf"[{PRIVATE}]|\\(?:u|U0000)[eE]00[0-9a-fA-F]")
_RENDER = "; it is written for a template engine: give what that makes of it (ecspresso render, copilot svc package)"
_ENGINE = re.compile(r"\{\{(.*?)\}\}")
_BEGINS_AS_JSON = re.compile(r"\s*(\[|\{(?![{%]))")
_FOR_AN_ENGINE = re.compile(r"\{\{|\{%")
_TEMPLATE = "TemplateBody"
"""Where the answer of get-template has it: an object where it was JSON, else a text."""


def content_of(file: str) -> Any:  # noqa: ANN401
    """What a file holds, with marks; `-` is standard input. Raises Refused."""
    if why := foreign.by_name(file):
        raise Refused(f"{file} {why}")
    text = _text_of(file)
    try:
        content = marked_json(text)
    except Malformed as of_json:
        begins_as_json = _BEGINS_AS_JSON.match(text)
        try:
            if Path(file).suffix.lower() == ".json" or (begins_as_json and not extra.installed()):
                raise of_json
            extra.require(file)
            content = _by_cfn_lint(text)
        except Malformed as of_yaml:
            fault = of_json if begins_as_json else of_yaml
            hint = _RENDER if _FOR_AN_ENGINE.search(text) else ""
            raise Refused(f"cannot read {called(file)}: {fault}{hint}") from None
    if why := foreign.by_content(content):
        raise Refused(f"{called(file)} {why}")
    within = content.get(_TEMPLATE) if isinstance(content, Mapping) else None
    return within if isinstance(within, Mapping) else content


def called(file: str) -> str:
    """A file as a sentence calls it."""
    return "standard input" if file == "-" else file


def real_path(file: str) -> str:
    """One path for one file, however it is given."""
    with suppress(ValueError):  # a name that no file can have, which is refused where it is read
        return realpath(file)
    return file


def is_template(content: object) -> bool:
    """Whether it is a CloudFormation or SAM template."""
    return isinstance(content, Mapping) and isinstance(content.get("Resources"), Mapping)


def is_terraform(content: object) -> bool:
    """Whether it is what `terraform show -json` prints."""
    told = {"planned_values", "values", "resource_changes"}
    return isinstance(content, Mapping) and "format_version" in content and bool(told & content.keys())


def _text_of(file: str) -> str:
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise Refused(f"cannot read {file}: {error.strerror}") from None
    except ValueError as error:  # a name that no file can have
        raise Refused(f"cannot read {file!r}: {error}") from None
    if why := foreign.by_bytes(content):
        raise Refused(f"{called(file)} {why}")
    if not content.strip():
        raise Refused(f"cannot read {called(file)}: it is empty")
    try:
        return content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"cannot read {called(file)}: it is not text") from None


def _by_cfn_lint(text: str) -> Any:  # noqa: ANN401
    """Raises Malformed."""
    from cfnlint.decode import decode_str  # takes most of a second to import

    if found := _PRIVATE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise Malformed(line, "a character for private use (\\ue000 to \\ue00f)")

    def read(text: str) -> Any:  # noqa: ANN401
        try:
            content, matches = decode_str(text)
        except Exception as error:  # whatever it stumbles over is in the file
            raise Malformed(1, _in_one_line(f"{type(error).__name__}: {error}")) from None
        if matches:
            raise Malformed(matches[0].linenumber, _in_one_line(matches[0].message))
        return content

    try:
        return read(text)
    except Malformed as of_template:
        # A template of Go or Jinja before it is YAML (ecspresso.yml, AWS Proton): {{ service.name }} is neither a text
        # nor an object, and nothing in braces is a text in [].
        written = _ENGINE.sub(lambda found: f"<% {re.sub(r'[^A-Za-z0-9_. -]', ' ', found[1]).strip()} %>", text)
        if written == text:
            raise
        try:
            return read(written)
        except Malformed:
            raise of_template from None


def _in_one_line(message: str) -> str:
    """A message of the reader of YAML, which calls what it reads "<unicode string>"."""
    return " ".join(message.replace('in "<unicode string>", ', "in ").split())
