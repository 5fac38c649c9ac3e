"""One way to call AWS: counted, with every refusal turned into `Unread`."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from scaudit.facts import Permission
from scaudit.model import Unread

_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError")
_AGAIN = re.compile("throttl|limit ?exceeded|too ?many|timeout|timed ?out|unavailable|server|internal", re.IGNORECASE)
_ON_RESOURCE = re.compile(r"on resource: (arn:\S+)")


class Reads:
    """The reads of one batch.

    `clients` maps a service prefix of IAM ("ecs", "servicediscovery") to its boto3 client. `known` keeps facts that
    never change (task definition revisions, namespace names) from batch to batch.
    """

    def __init__(self, clients: Mapping[str, Any], known: dict[str, Any]) -> None:
        self._clients = clients
        self.known = known
        self.calls: Counter[str] = Counter()
        self.permissions: dict[tuple[str, str], Permission] = {}

    def ask(
        self, action: str, cluster: str, /, *, gone: tuple[str, ...] = (), **parameters: object
    ) -> dict[str, Any] | Unread | None:
        """Make the call that the IAM action names; `cluster` is whose audit it serves.

        Returns the answer, None when AWS answers with one of the error codes `gone`, or Unread.
        """
        prefix, operation = action.split(":")
        self.calls[action] += 1
        try:
            answer: dict[str, Any] = getattr(self._clients[prefix], xform_name(operation))(**parameters)
        except ClientError as error:
            code, text = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
            if code in gone:
                self._permit(action, cluster)
                return None
            return self._refused(action, cluster, code, text)
        except BotoCoreError as error:
            return Unread(f"{action} got no answer: {error}", transient=True)
        self._permit(action, cluster)
        return answer

    def _permit(self, action: str, cluster: str) -> None:
        self.permissions.setdefault((cluster, action), Permission(action))

    def _refused(self, action: str, cluster: str, code: str, text: str) -> Unread:
        if code not in _DENIED:
            return Unread(f"{action} failed with {code}: {text}", code=code, transient=bool(_AGAIN.search(code)))
        resource = _ON_RESOURCE.search(text)
        refusal = Unread(
            f"{action} is refused ({code}): {text}",
            action=action,
            resource=resource.group(1) if resource else "",
            code=code,
        )
        self.permissions[cluster, action] = Permission(action, refusal)
        return refusal
