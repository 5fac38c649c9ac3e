"""The caller's AWS settings: their Region, and what to do where they do not lead to AWS."""

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scaudit_cli.usage import Refused

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError

NO_REGION = "no Region is named: give --region, or set AWS_REGION"
NO_CREDENTIALS = "there are no AWS credentials: name a --profile, set AWS_PROFILE, or sign in (aws sso login)"
AWS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
SIGNED_OUT = {
    *("ExpiredToken", "ExpiredTokenException", "RequestExpired"),
    *("InvalidClientTokenId", "UnrecognizedClientException", "InvalidSignatureException", "SignatureDoesNotMatch"),
}
"""How AWS's services call credentials that are no longer, or never were, good (AWS: common errors)."""
SIGN_IN = "sign in again (aws sso login), or name another --profile"
_SIGN_IN = ("SSOError", "TokenRetrievalError", "LoginError", "CredentialRetrievalError", "NoAuthTokenError")


def region_of(session: Any) -> str:  # noqa: ANN401
    """The Region that the environment or the profile of botocore's session names. AWS_REGION comes first, as for the
    AWS CLI (its guide, "Environment variables"); botocore knows AWS_DEFAULT_REGION alone. Raises Refused when none is
    named."""
    if not (region := os.environ.get("AWS_REGION") or session.get_config_variable("region")):
        raise Refused(NO_REGION)
    return str(region)


def sentence(error: "BotoCoreError") -> str:
    """Why botocore does not get through to AWS, and what to do."""
    from botocore import exceptions as botocore

    told = str(error).strip().removesuffix(".")
    if isinstance(error, botocore.NoRegionError):
        return NO_REGION
    if isinstance(error, botocore.NoCredentialsError):
        return NO_CREDENTIALS
    if any(kind.__name__ in _SIGN_IN for kind in type(error).mro()):
        return told if "login" in told else f"{told}: {SIGN_IN}"
    if isinstance(error, botocore.ProxyConnectionError):
        return f"{told}: is HTTPS_PROXY right?"
    if isinstance(error, botocore.ConnectionError | botocore.HTTPClientError):
        host = urlsplit(str(error.kwargs.get("endpoint_url", ""))).hostname or ""
        network = "is there a network, and is the Region right?"
        own = "does it run? AWS_ENDPOINT_URL or the profile names it"
        return f"{told}: {network if not host or host.endswith(AWS) else own}"
    return told
