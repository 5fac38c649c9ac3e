"""The services of the demo: what is wrong with each, and which check must find it."""

from dataclasses import dataclass

from local.environment import REGION

LINKED = "us-east-1"
"""A Region that the stack watches beside its own."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A service with a fault of the local AWS. `tasks` is how many its first announcement must count, 0 for any."""

    service: str
    fault: str
    check: str
    desired: int = 1
    tasks: int = 0
    region: str = REGION


PLANTED = (
    Planted("shipping", "proxy-killed:6", "SC310"),
    Planted("payments", "wrong-port", "SC203", desired=30, tasks=30),
    Planted("orders", "wrong-address", "SC202"),
    Planted("carts", "not-registered", "SC201"),
    Planted("checkout", "wrong-port crash-loop:4", "SC203"),
    Planted("reviews", "listener-port-taken", "SC305"),
    Planted("stock", "control-plane-refused", "SC304"),
    Planted("invoices", "ghost-reused", "SC206"),
    Planted("returns", "wrong-port", "SC203", region=LINKED),
)
AGED = PLANTED[0]
"""Its one task runs well for a while: what it died of only its post-mortem shows. Those that follow it are well."""
RECYCLED = "reports"
"""Its proxy's control plane ends the stream, as it does by design every half hour."""
HAUNTED = "invoices"
"""Its task will be replaced, and leaves its registration behind; `SLOW` gets the address."""
SLOW = "search"
SCALED_IN = "catalog"
OWN_SUBNET, OWN_SUBNET_OF = "subnet-4d3f2a1b", (HAUNTED, SLOW)
"""So that of all services `SLOW` alone can get the address that is free again."""
HEALTHY = "service-connect-nginx-service"
"""The article's own service: it is rolled."""


def creation(service: str, fault: str = "", desired: int = 1, region: str = REGION) -> str:
    """The command that creates a service like the article's under another name, with a fault laid on it by a tag."""
    configuration = (
        f"enabled=true,namespace=service-connect,services=[{{portName=nginx,discoveryName={service},"
        "clientAliases=[{port=80}]}],logConfiguration={logDriver=awslogs,options={"
        f"awslogs-group=/ecs/service-connect-proxy,awslogs-region={region},"
        "awslogs-stream-prefix=service-connect-proxy}}"
    )
    own = (
        f" --network-configuration 'awsvpcConfiguration={{subnets=[{OWN_SUBNET}]}}'" if service in OWN_SUBNET_OF else ""
    )
    tags = f" --tags 'key=local:fault,value={fault}'" if fault else ""
    return (
        "aws ecs create-service --cluster tutorial --cli-input-json file://service-connect-nginx-service.json"
        f" --service-name {service} --desired-count {desired}"
        f" --service-connect-configuration '{configuration}'{own}{tags}{there(region)}"
    )


def update(service: str, change: str = "--force-new-deployment", region: str = REGION) -> str:
    """The command that changes a service."""
    return f"aws ecs update-service --cluster tutorial --service {service} {change}{there(region)}"


def untag(arn: str) -> str:
    """The command that takes the fault off a service."""
    return f"aws ecs untag-resource --resource-arn {arn} --tag-keys local:fault{there(arn.split(':')[3])}"


def there(region: str) -> str:
    """What a command says beside to be about another Region."""
    return "" if region == REGION else f" --region {region}"
