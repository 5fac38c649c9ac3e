#!/usr/bin/env bash
# moto's ListServices of ECS and of Cloud Map know no pages
#
# Versions: moto 5.2.5, boto3 1.44.8
# A good guess: ECS gives ten services a page unless asked for more, Cloud Map as many as MaxResults says (both in
#   botocore's models).
# What happens: both give all in one answer, whatever was asked. Code that forgets nextToken passes every test on
#   moto, and sees ten services of an account with fifty.
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

with mock_aws():
    ecs, cloudmap = boto3.client("ecs"), boto3.client("servicediscovery")
    ecs.create_cluster(clusterName="c")
    ecs.register_task_definition(family="t", containerDefinitions=[{"name": "a", "image": "b", "memory": 64}])
    cloudmap.create_http_namespace(Name="internal")
    namespace = cloudmap.list_namespaces()["Namespaces"][0]["Id"]
    for n in range(12):
        ecs.create_service(cluster="c", serviceName=f"s{n}", taskDefinition="t", desiredCount=0)
        cloudmap.create_service(Name=f"s{n}", NamespaceId=namespace)
    of_ecs = ecs.list_services(cluster="c")
    of_cloudmap = cloudmap.list_services(MaxResults=5)
print("ECS, asked for a page of ten:", len(of_ecs["serviceArns"]), of_ecs.get("nextToken"))
print("Cloud Map, asked for five:", len(of_cloudmap["Services"]), of_cloudmap.get("NextToken"))
raise SystemExit((len(of_ecs["serviceArns"]), len(of_cloudmap["Services"])) != (12, 12))
PY
