#!/usr/bin/env bash
# moto's ECS takes a Service Connect configuration and forgets it
#
# Versions: moto 5.2.5, boto3 1.44.8
# A good guess: the deployments in the answers of CreateService and DescribeServices carry the
#   serviceConnectConfiguration that was given (botocore's model: Deployment), or moto refuses what it
#   does not know.
# What happens: it is accepted without a word and is in no answer, so that code under test takes the service for one
#   without Service Connect.
# Exit: 0 while that is so, 1 when it has changed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "moto[ecs,logs,servicediscovery]==5.2.5" boto3==1.44.8
export AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=eu-west-1
"$work/venv/bin/python" - <<'PY'
import boto3
from moto import mock_aws

configuration = {"enabled": True, "namespace": "internal", "services": [{"portName": "http"}]}
with mock_aws():
    ecs = boto3.client("ecs")
    ecs.create_cluster(clusterName="c")
    ecs.register_task_definition(family="t", containerDefinitions=[{"name": "a", "image": "b", "memory": 64}])
    ecs.create_service(
        cluster="c", serviceName="s", taskDefinition="t", desiredCount=0, serviceConnectConfiguration=configuration
    )
    (service,) = ecs.describe_services(cluster="c", services=["s"])["services"]
(deployment,) = service["deployments"]
print("in the deployment:", deployment.get("serviceConnectConfiguration"), sorted(deployment))
raise SystemExit("serviceConnectConfiguration" in deployment)
PY
