#!/usr/bin/env bash
# ministack's EventBridge takes a bus of another Region as a target, and no event arrives there
#
# Versions: ministack 1.5.33, boto3 1.43.106
# A good guess: a rule whose target is an event bus of another Region sends its events there, as EventBridge does, or
#   PutTargets says in FailedEntries that it cannot.
# What happens: PutTargets has no failed entry, PutEvents has none, and the rule of the other bus never sees the event;
#   with a bus of the same Region as the target it does.
# Exit: 0 while that is so, 1 when it has changed.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
server=
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ministack==1.5.33 \
    boto3==1.43.106 aws-sam-translator==1.115.0 cryptography==50.0.2 # the last two it imports and does not name
port=$("$work/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
GATEWAY_PORT=$port "$work/venv/bin/ministack" >"$work/log" 2>&1 &
server=$!
export AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=us-east-1 PORT=$port
"$work/venv/bin/python" - <<'PY'
import json
import os
import time

import boto3

URL = f"http://127.0.0.1:{os.environ['PORT']}"
HOME, THERE = "us-east-1", "eu-west-1"


def client(name, region):
    return boto3.client(name, endpoint_url=URL, region_name=region)


def arrives(there):
    """Whether an event of HOME comes out of the queue behind a bus in this Region."""
    name = f"bus-{there}"
    sqs, far, near = client("sqs", there), client("events", there), client("events", HOME)
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus = far.create_event_bus(Name=name)["EventBusArn"]
    pattern = json.dumps({"source": [name]})
    far.put_rule(Name=name, EventBusName=name, EventPattern=pattern)
    far.put_targets(Rule=name, EventBusName=name, Targets=[{"Id": "queue", "Arn": queue}])
    near.put_rule(Name=name, EventPattern=pattern)
    put = near.put_targets(
        Rule=name, Targets=[{"Id": "bus", "Arn": bus, "RoleArn": "arn:aws:iam::000000000000:role/forward"}]
    )
    sent = near.put_events(Entries=[{"Source": name, "DetailType": "test", "Detail": "{}"}])
    got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5).get("Messages", [])
    print(f"bus in {there}: failed {put['FailedEntryCount']} and {sent['FailedEntryCount']}, arrived {len(got)}")
    return len(got)


for _ in range(60):
    try:
        client("sqs", HOME).list_queues()
        break
    except Exception:
        time.sleep(0.5)
raise SystemExit([arrives(HOME), arrives(THERE)] != [1, 0])
PY
