#!/usr/bin/env bash
# cfn-lint refuses JSON in which an emoji is escaped
#
# Versions: cfn-lint 1.58.0
# A good guess: two JSON templates that json.loads reads as one value, one with an emoji as such and one with it
#   escaped as the pair of surrogates that RFC 8259 (section 7) prescribes, are linted alike. json.dumps
#   writes the second by default.
# What happens: the first is clean, the second is E0000, an invalid Unicode character escape code: JSON is read by
#   the YAML reader, which knows no pairs.
# Exit: 0 while that is so, 1 when it has changed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check cfn-lint==1.58.0
export AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=eu-west-1
"$work/venv/bin/python" - <<'PY'
import json
import pathlib
import subprocess
import sys
import tempfile

template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "\U0001f600"}}}}
command = pathlib.Path(sys.executable).parent / "cfn-lint"
exits = []
for as_such in (True, False):
    file = pathlib.Path(tempfile.mkdtemp()) / "template.json"
    file.write_text(json.dumps(template, ensure_ascii=not as_such), encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8")) == template
    done = subprocess.run([command, file], capture_output=True, text=True, check=False)
    print(file.read_text(encoding="utf-8"), "->", done.returncode, done.stdout.splitlines()[:1])
    exits.append(done.returncode)
raise SystemExit(exits != [0, 2])
PY
