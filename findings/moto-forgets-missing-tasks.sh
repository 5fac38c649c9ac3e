#!/usr/bin/env bash
# moto's DescribeTasks says nothing of tasks that are not there
#
# Versions: moto 5.2.5, boto3 1.44.8
# A good guess: a task that ECS does not know is in `failures` with the reason MISSING, as moto does it for services and
#   clusters, and AWS for all three ("API failure reasons" in the guide of Amazon ECS).
# What happens: it is neither in `tasks` nor in `failures`. Code that tells a task that is gone from one that was left
#   out cannot be tested on it, and code that takes one for the other is not found out.
# Exit: 0 while that is so, 1 when it has changed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "moto[ecs]==5.2.5" boto3==1.44.8
export AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=eu-west-1
"$work/venv/bin/python" - <<'PY'
import boto3
from moto import mock_aws

with mock_aws():
    ecs = boto3.client("ecs")
    ecs.create_cluster(clusterName="c")
    answers = {
        "clusters": ecs.describe_clusters(clusters=["none"]),
        "services": ecs.describe_services(cluster="c", services=["none"]),
        "tasks": ecs.describe_tasks(cluster="c", tasks=["0" * 32]),
    }
for kind, answer in answers.items():
    print(f"{kind:8} found {len(answer[kind])}, failures {[each['reason'] for each in answer['failures']]}")
raise SystemExit([len(answer["failures"]) for answer in answers.values()] != [1, 1, 0])
PY
