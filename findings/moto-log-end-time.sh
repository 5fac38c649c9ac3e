#!/usr/bin/env bash
# moto's GetLogEvents gives an event more than CloudWatch Logs
#
# Versions: moto 5.2.5, boto3 1.44.8
# A good guess: endTime of GetLogEvents is exclusive, as botocore's model of the API says (and FilterLogEvents' is
#   inclusive, as it says, too).
# What happens: the event of that very millisecond is in both answers. Code that reads one window after another
#   reads it twice on moto, and code with windows that overlap by a millisecond looks right there and is
#   not.
# Exit: 0 while that is so, 1 when it has changed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "moto[ecs,logs,servicediscovery]==5.2.5" boto3==1.44.8
export AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=eu-west-1
"$work/venv/bin/python" - <<'PY'
import time

import boto3
from moto import mock_aws

with mock_aws():
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    now = int(time.time() * 1000)
    events = [{"timestamp": now + n, "message": str(n)} for n in range(3)]
    logs.put_log_events(logGroupName="g", logStreamName="s", logEvents=events)
    got = logs.get_log_events(logGroupName="g", logStreamName="s", startTime=now, endTime=now + 2)
model = logs.meta.service_model.operation_model("GetLogEvents").input_shape.members["endTime"].documentation
print(model)
print("asked to the event 2, got:", [event["message"] for event in got["events"]])
raise SystemExit([event["message"] for event in got["events"]] != ["0", "1", "2"])
PY
