"""Roles of the account, and callers that have assumed one."""

import json
from functools import cache

import botocore.session
from botocore.config import Config

from local.stack import LocalStack


class Role:
    """A role that anybody of the account may assume, with one policy."""

    def __init__(self, stack: LocalStack, name: str) -> None:
        self.stack, self.name, self.iam = stack, name, stack.client("iam")
        trust = {"Effect": "Allow", "Principal": {"AWS": stack.account}, "Action": "sts:AssumeRole"}
        created = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))
        answer = stack.client("sts").assume_role(RoleArn=created["Role"]["Arn"], RoleSessionName="caller")
        self.credentials = answer["Credentials"]
        self.session_arn = answer["AssumedRoleUser"]["Arn"]
        self.client = cache(self.new_client)

    def may(self, *statements: dict) -> None:
        """Allows this and nothing else."""
        allowed = [{"Effect": "Allow", **statement} for statement in statements]
        self.iam.put_role_policy(RoleName=self.name, PolicyName="All", PolicyDocument=document(*allowed))

    def new_client(self, service: str):
        session = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
        return session.create_client(
            service,
            endpoint_url=self.stack.endpoint,
            region_name=self.stack.region,
            aws_access_key_id=self.credentials["AccessKeyId"],
            aws_secret_access_key=self.credentials["SecretAccessKey"],
            aws_session_token=self.credentials["SessionToken"],
            config=Config(retries={"total_max_attempts": 1}, inject_host_prefix=False, proxies={}),
        )


def document(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
