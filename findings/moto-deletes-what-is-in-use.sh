#!/usr/bin/env bash
# moto's Cloud Map deletes services that have instances and namespaces that have services
#
# Versions: moto 5.2.5, boto3 1.44.8
# A good guess: ResourceInUse, as botocore's model of the API says of both: a service must have no instance, and a
#   namespace no service.
# What happens: both succeed. The services of the deleted namespace stay in the list, without one. Code that cleans up
#   in the wrong order, or only part, passes its tests and leaves everything where it is on AWS.
# Exit: 0 while that is so, 1 when it has changed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "moto[servicediscovery]==5.2.5" boto3==1.44.8
export AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=eu-west-1
"$work/venv/bin/python" - <<'PY'
import boto3
from moto import mock_aws

with mock_aws():
    cloud_map = boto3.client("servicediscovery")
    cloud_map.create_http_namespace(Name="mesh")
    (namespace,) = [each["Id"] for each in cloud_map.list_namespaces()["Namespaces"]]
    ids = [cloud_map.create_service(Name=name, NamespaceId=namespace)["Service"]["Id"] for name in ("web", "api")]
    address = {"AWS_INSTANCE_IPV4": "10.0.0.1", "AWS_INSTANCE_PORT": "80"}
    cloud_map.register_instance(ServiceId=ids[0], InstanceId="task", Attributes=address)
    cloud_map.delete_service(Id=ids[0])
    print("deleted although a task is registered; left:", [s["Name"] for s in cloud_map.list_services()["Services"]])
    cloud_map.delete_namespace(Id=namespace)
    left = [service["Name"] for service in cloud_map.list_services()["Services"]]
    print("namespaces left:", cloud_map.list_namespaces()["Namespaces"], "services left:", left)
for name in ("DeleteService", "DeleteNamespace"):
    shapes = cloud_map.meta.service_model.operation_model(name).error_shapes
    print(name, "may say", [shape.name for shape in shapes])
    assert "ResourceInUse" in [shape.name for shape in shapes]
raise SystemExit(left != ["api"])
PY
