"""The Regions of the account, as a new one has them: those that AWS disables by default are not enabled."""

from typing import Any

from ministack.services import account, ec2

# AWS: Regions after March 2019 are disabled until the account opts in. ministack lists which ones these are.
DISABLED = frozenset(name for name, opt_in in ec2._AWS_REGIONS if opt_in == "opted-in")

_describe = ec2._describe_regions


def install() -> None:
    """Let EC2 and Account Management tell which Regions are enabled."""
    ec2._AWS_REGIONS[:] = [(name, "not-opted-in" if name in DISABLED else opt) for name, opt in ec2._AWS_REGIONS]
    ec2._ACTION_MAP["DescribeRegions"] = describe
    account._DISPATCH["/listRegions"] = list_regions
    account._DISPATCH["/getRegionOptStatus"] = opt_status


def describe(params: dict[str, Any]) -> Any:  # noqa: ANN401
    """AWS: only the enabled ones, unless all are asked for or some are named."""
    named = any(name.startswith("RegionName.") for name in params)
    if named or "true" in (str(value).lower() for value in params.get("AllRegions", [])):
        return _describe(params)
    every = ec2._AWS_REGIONS
    ec2._AWS_REGIONS = [each for each in every if each[0] not in DISABLED]
    try:
        return _describe(params)
    finally:
        ec2._AWS_REGIONS = every


def status(region: str) -> str:
    """The opt-in status of a Region, in the words of Account Management."""
    return "DISABLED" if region in DISABLED else "ENABLED_BY_DEFAULT"


def list_regions(request: dict[str, Any]) -> Any:  # noqa: ANN401
    """ListRegions of Account Management, in one page."""
    wanted = request.get("RegionOptStatusContains")
    shown = [{"RegionName": name, "RegionOptStatus": status(name)} for name in account._REGIONS_LIST]
    return account._json(200, {"Regions": [each for each in shown if not wanted or each["RegionOptStatus"] in wanted]})


def opt_status(request: dict[str, Any]) -> Any:  # noqa: ANN401
    """GetRegionOptStatus of Account Management."""
    name = request.get("RegionName", "")
    return account._json(200, {"RegionName": name, "RegionOptStatus": status(name)})
