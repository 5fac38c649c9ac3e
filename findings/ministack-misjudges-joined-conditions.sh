#!/usr/bin/env bash
# ministack's CloudFormation takes a condition over a joined list for what it is not
#
# Versions: ministack 1.5.33, boto3 1.43.106
# A good guess: !Equals [!Join ["", !Ref List], ""] says whether a list parameter is empty, as CloudFormation's guide has
#   Fn::Join among the functions of conditions; or the template is refused.
# What happens: the stack is CREATE_COMPLETE, and the condition is false for an empty list, too: what is made only where
#   something is listed is made, what is made only where nothing is listed is not.
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

cloudformation = boto3.client("cloudformation", endpoint_url=f"http://127.0.0.1:{os.environ['PORT']}")
topic = {"Type": "AWS::SNS::Topic"}
template = {
    "Parameters": {"Others": {"Type": "CommaDelimitedList", "Default": ""}},
    "Conditions": {
        "None": {"Fn::Equals": [{"Fn::Join": ["", {"Ref": "Others"}]}, ""]},
        "Some": {"Fn::Not": [{"Condition": "None"}]},
    },
    "Resources": {"Alone": {**topic, "Condition": "None"}, "Linked": {**topic, "Condition": "Some"}},
}
for _ in range(60):
    try:
        cloudformation.create_stack(StackName="s", TemplateBody=json.dumps(template))
        break
    except Exception:
        time.sleep(0.5)
for _ in range(60):
    status = cloudformation.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"]
    if status != "CREATE_IN_PROGRESS":
        break
    time.sleep(0.5)
made = [each["LogicalResourceId"] for each in cloudformation.describe_stack_resources(StackName="s")["StackResources"]]
print("Others is empty;", status, "made:", made)
raise SystemExit(made != ["Linked"])
PY
