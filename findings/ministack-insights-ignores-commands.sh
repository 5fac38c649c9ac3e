#!/usr/bin/env bash
# ministack's Logs Insights leaves out the commands of a query that it does not know
#
# Versions: ministack 1.5.33, boto3 1.43.106
# A good guess: a query with `stats` is computed, or refused with MalformedQueryException as CloudWatch Logs does with
#   what it cannot parse.
# What happens: the query is Complete, and the rows are as if the line with `stats` were not there. A test of a saved
#   query on it passes or fails for reasons that have nothing to do with the query.
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
import os
import time

import boto3
from botocore.config import Config

print("boto3", boto3.__version__)
url = f"http://127.0.0.1:{os.environ['PORT']}"
logs = boto3.client("logs", endpoint_url=url, config=Config(retries={"total_max_attempts": 10}))
for _ in range(60):
    try:
        logs.create_log_group(logGroupName="g")
        break
    except Exception:
        time.sleep(0.5)
logs.create_log_stream(logGroupName="g", logStreamName="s")
now = int(time.time())
events = [{"timestamp": now * 1000, "message": f'{{"kind": "a", "n": {n}}}'} for n in range(3)]
logs.put_log_events(logGroupName="g", logStreamName="s", logEvents=events)
query = "fields @message | stats count(*) as many by kind"
asked = logs.start_query(logGroupName="g", startTime=now - 60, endTime=now + 60, queryString=query)
answer = logs.get_query_results(queryId=asked["queryId"])
rows = [{field["field"]: field["value"] for field in row} for row in answer["results"]]
print(repr(query), answer["status"], len(rows), "rows:", rows[:1])
raise SystemExit(answer["status"] != "Complete" or len(rows) != 3 or any("many" in row for row in rows))
PY
