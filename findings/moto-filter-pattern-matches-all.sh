#!/usr/bin/env bash
# moto's FilterLogEvents takes most filter patterns for "everything"
#
# Versions: moto 5.2.5, boto3 1.44.8
# A good guess: a pattern that moto cannot evaluate is an error, as NotImplementedError is for an operation that it
#   has not; or at least it gives nothing, so that a test which expects an event fails.
# What happens: a pattern for JSON ({ $.level = "error" }), one with alternatives (?error ?warning) and one by regular
#   expression (%err.r%) all give every event; a term that is to be left out (-timeout) gives none at all. moto's
#   documentation of the operation says the first, and a test of whether a pattern finds its line cannot fail.
# Exit: 0 while that is so, 1 when it has changed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "moto[logs]==5.2.5" boto3==1.44.8
export AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=eu-west-1
"$work/venv/bin/python" - <<'PY'
import time

import boto3
from moto import mock_aws

PATTERNS = {'{ $.level = "error" }': 3, "?error ?warning": 3, "%err.r%": 3, "error": 1, "listener -timeout": 0}
with mock_aws():
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    now = int(time.time() * 1000)
    lines = ['{"level": "info"}', "listener added", "listener: error"]
    events = [{"timestamp": now + n, "message": line} for n, line in enumerate(lines)]
    logs.put_log_events(logGroupName="g", logStreamName="s", logEvents=events)
    found = {each: logs.filter_log_events(logGroupName="g", filterPattern=each)["events"] for each in PATTERNS}
print("three lines:", lines)
for pattern, events in found.items():
    print(f"{pattern:24} {len(events)}", [event["message"] for event in events])
raise SystemExit({pattern: len(events) for pattern, events in found.items()} != PATTERNS)
PY
