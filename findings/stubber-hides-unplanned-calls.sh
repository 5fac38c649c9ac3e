#!/usr/bin/env bash
# A call that a test did not plan looks like a failure of the network
#
# Versions: botocore 1.44.8
# A good guess: a call that botocore's Stubber was not told of ends the test, whatever the code under test catches.
# What happens: UnStubbedResponseError is a BotoCoreError, the class of time-outs and lost connections, so code that
#   bears with these bears with the unplanned call, and assert_no_pending_responses() passes.
# Exit: 0 while that is so, 1 when it has changed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check botocore==1.44.8
export AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=eu-west-1
"$work/venv/bin/python" - <<'PY'
import botocore.session
from botocore.exceptions import BotoCoreError
from botocore.stub import Stubber

client = botocore.session.get_session().create_client("ecs")
stubber = Stubber(client)
stubber.add_response("list_clusters", {"clusterArns": []})
told = []


def clusters():
    try:
        return client.list_clusters()["clusterArns"]
    except BotoCoreError as error:  # as for a time-out: go on without the answer
        told.append(type(error).__name__)
        return None


with stubber:
    planned, unplanned = clusters(), clusters()
    stubber.assert_no_pending_responses()
print("planned:", planned, "unplanned:", unplanned, "caught:", told)
raise SystemExit(told != ["UnStubbedResponseError"])
PY
