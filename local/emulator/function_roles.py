"""The credentials of Lambda functions: always a session of their role, so that their calls can be told from others."""

import hashlib
from collections.abc import Mapping
from typing import Any

from ministack import app
from ministack.core import lambda_runtime
from ministack.core.router import extract_access_key_id
from ministack.services import lambda_svc, sts

_credentials = lambda_runtime.execution_credentials


def install() -> None:
    """Run each function with credentials of its own role."""
    lambda_runtime.execution_credentials = lambda_svc.execution_credentials = credentials


def credentials(config: dict[str, Any]) -> dict[str, str]:
    """As ministack makes them if policies are enforced; otherwise it gives functions the account's own key."""
    if app.AUTH:
        enforced: dict[str, str] = _credentials(config)
        return enforced
    role, name = config.get("Role", "").rsplit("/", 1)[-1], config["FunctionName"]
    account = config["FunctionArn"].split(":")[4]
    digest = hashlib.sha256(f"{config['FunctionArn']}:{role}".encode()).hexdigest()
    key, secret, token = f"ASIA{digest[:16].upper()}", digest[16:], digest
    session = {"Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{name}", "UserId": f"{role}:{name}"}
    sts.register_session(key, session | {"SecretAccessKey": secret, "SessionToken": token})
    return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}


def role_session(headers: Mapping[str, str]) -> str | None:
    """The ARN of the role session that made the call, if one did."""
    session = sts._sessions.get(extract_access_key_id(headers)) or {}
    arn = str(session.get("Arn", ""))
    return arn if ":assumed-role/" in arn else None
