#!/usr/bin/env bash
# moto's Cloud Map lists what the filters leave out
#
# Versions: moto 5.2.5, boto3 1.44.8
# A good guess: ListNamespaces and ListServices give what matches the filters, and nothing where nothing does: by them
#   one finds the namespace of a name, or the services of a namespace.
# What happens: every namespace and every service comes, whatever the filters say. Code that takes the first answer
#   for the one it asked for is right in every test with one namespace, and wrong in an account with two.
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
    for name in ("blue", "green"):
        cloud_map.create_http_namespace(Name=name)
    ids = {each["Name"]: each["Id"] for each in cloud_map.list_namespaces()["Namespaces"]}
    cloud_map.create_service(Name="web", NamespaceId=ids["blue"])

    def only(name, value):
        return [{"Name": name, "Values": [value], "Condition": "EQ"}]

    namespaces = cloud_map.list_namespaces(Filters=only("NAME", "green"))["Namespaces"]
    services = cloud_map.list_services(Filters=only("NAMESPACE_ID", ids["green"]))["Services"]
print("namespaces named green:", [each["Name"] for each in namespaces])
print("services of green, which has none:", [each["Name"] for each in services])
raise SystemExit(len(namespaces) != 2 or len(services) != 1)
PY
