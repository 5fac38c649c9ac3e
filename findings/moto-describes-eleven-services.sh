#!/usr/bin/env bash
# moto's DescribeServices answers for more services than ECS takes
#
# Versions: moto 5.2.5, boto3 1.44.8
# A good guess: eleven services in one DescribeServices are refused: botocore's model says that it takes ten, in words
#   only, so that boto3 lets them pass.
# What happens: moto answers for each of them. Code that forgets to ask in portions passes its tests with any number.
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
    ecs.register_task_definition(family="web", containerDefinitions=[{"name": "web", "image": "nginx", "memory": 64}])
    names = [f"web-{n}" for n in range(11)]
    for name in names:
        ecs.create_service(cluster="c", serviceName=name, taskDefinition="web", desiredCount=0)
    services = ecs.describe_services(cluster="c", services=names)
member = ecs.meta.service_model.operation_model("DescribeServices").input_shape.members["services"]
print(member.documentation)
print("asked for 11, answered:", len(services["services"]))
raise SystemExit(len(services["services"]) != 11)
PY
