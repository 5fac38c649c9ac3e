"""What an incident is of: a place, and a subject within it. Their keys are how the table and messages name them."""

from typing import Self

from scaudit.values import dataclass

_NO_ENDPOINT = "-"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One ECS service of a Region. `cluster` is empty for what is scaudit's own: no cluster can be called so."""

    region: str
    cluster: str
    service: str

    @property
    def name(self) -> str:
        """As people write it: cluster/service."""
        return "/".join(filter(None, (self.cluster, self.service)))

    @property
    def key(self) -> str:
        """The partition key: region/cluster/service."""
        return f"{self.region}/{self.cluster}/{self.service}"

    @property
    def console(self) -> str:
        """Its page in AWS's console; empty for what is scaudit's own."""
        if not self.cluster:
            return ""
        kind = "us-gov" if self.region.startswith("us-gov") else self.region[:2]
        domain = {"cn": "amazonaws.cn", "us-gov": "amazonaws-us-gov.com"}.get(kind, "aws.amazon.com")
        service = f"/{self.service}/health" if self.service else ""
        path = f"ecs/v2/clusters/{self.cluster}/services{service}?region={self.region}"
        return f"https://{self.region}.console.{domain}/{path}"

    @property
    def redeploy(self) -> str:
        """The command that deploys the service again as it is (AWS: ECS UpdateService, forceNewDeployment)."""
        where = f"--region {self.region} --cluster {self.cluster} --service {self.service}"
        return f"aws ecs update-service {where} --force-new-deployment"

    @classmethod
    def of(cls, key: str) -> Self:
        """The place of a key. Raises ValueError for what is none."""
        region, cluster, service = key.split("/")
        return cls(region, cluster, service)


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """A check, and the endpoint it is about; that is empty where the check is about the whole service. With its place
    it is the identity of an incident: never wording or severity."""

    check: str
    endpoint: str = ""

    @property
    def key(self) -> str:
        """check#endpoint, `-` for no endpoint."""
        return f"{self.check}#{self.endpoint or _NO_ENDPOINT}"

    @classmethod
    def of(cls, key: str) -> Self:
        """The subject of a key. Raises ValueError for what is none."""
        check, endpoint = key.split("#")
        return cls(check, "" if endpoint == _NO_ENDPOINT else endpoint)
