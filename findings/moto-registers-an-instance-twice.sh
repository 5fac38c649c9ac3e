#!/usr/bin/env bash
# moto's Cloud Map keeps both when an instance is registered again
#
# Versions: moto 5.2.5, boto3 1.44.8
# A good guess: RegisterInstance with an instance id that exists updates that instance (botocore's model: Creates or
#   updates), so ListInstances tells one, with the new address.
# What happens: ListInstances tells two instances of one id, the old address first. A test of whether a changed
#   registration is seen reads the old one.
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
    cloudmap = boto3.client("servicediscovery")
    cloudmap.create_http_namespace(Name="internal")
    namespace = cloudmap.list_namespaces()["Namespaces"][0]["Id"]
    service = cloudmap.create_service(Name="orders", NamespaceId=namespace)["Service"]["Id"]
    for address in ("10.0.0.1", "10.0.0.2"):
        cloudmap.register_instance(ServiceId=service, InstanceId="one", Attributes={"AWS_INSTANCE_IPV4": address})
    found = cloudmap.list_instances(ServiceId=service)["Instances"]
told = [(each["Id"], each["Attributes"]["AWS_INSTANCE_IPV4"]) for each in found]
print("registered one instance twice, listed:", told)
raise SystemExit(told != [("one", "10.0.0.1"), ("one", "10.0.0.2")])
PY
