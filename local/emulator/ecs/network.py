"""The network interfaces of tasks: one private IPv4 address each, out of the subnet the task is placed in."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network

# The zones that ap-northeast-1 shows to most accounts.
ZONES = "acd"


@dataclass(eq=False)
class Subnet:
    """A subnet, and the addresses of it that nobody has had yet."""

    id: str
    zone: str
    addresses: Iterator[str]


@dataclass(frozen=True)
class Interface:
    """A network interface with its one private address."""

    id: str
    address: str
    mac: str
    subnet: Subnet


@dataclass
class Network:
    """The subnets and container instances of one account and Region."""

    region: str
    subnets: dict[str, Subnet] = field(default_factory=dict)
    # By cluster.
    hosts: dict[str, list[Interface]] = field(default_factory=dict)
    # Addresses that somebody else gets next, with the service that had them.
    vacant: list[tuple[Interface, str]] = field(default_factory=list)

    def subnet(self, subnet_id: str) -> Subnet:
        """The subnet of this id, made when it is first named."""
        number = len(self.subnets)
        zone = f"{self.region}{ZONES[number % len(ZONES)]}"
        block = IPv4Network(f"10.{number}.0.0/16")
        return self.subnets.setdefault(subnet_id, Subnet(subnet_id, zone, addresses(block)))

    def interface(self, subnet_ids: list[str], used: list[str], tenant: str) -> Interface:
        """An interface for a task of the service `tenant`, in the subnet that is used least of those it may be in.

        The address that was vacated first by another service is given before any new one.
        """
        for vacancy in self.vacant:
            vacated, former = vacancy
            if former != tenant and vacated.subnet.id in subnet_ids:
                self.vacant.remove(vacancy)
                return interface_at(vacated.address, vacated.subnet)
        subnet = self.subnet(min(subnet_ids, key=used.count))
        return interface_at(next(subnet.addresses), subnet)

    def container_instance(self, cluster: str, used: list[str]) -> Interface:
        """The interface of that one of the cluster's two container instances which is used least."""
        hosts = self.hosts.setdefault(cluster, [self.interface([f"{cluster}-{n}"], [], cluster) for n in (1, 2)])
        return min(hosts, key=lambda host: used.count(host.id))

    def vacate(self, interface: Interface, tenant: str) -> None:
        """Let the next task of another service have this interface's address."""
        self.vacant.append((interface, tenant))


def interface_at(address: str, subnet: Subnet) -> Interface:
    """A new interface with this address."""
    mac = ":".join(["06", *(secrets.token_hex(1) for _ in range(5))])
    return Interface(f"eni-0{secrets.token_hex(8)}", address, mac, subnet)


def addresses(block: IPv4Network) -> Iterator[str]:
    """Every address once before the first is given again."""
    while True:
        # AWS keeps the first four addresses and the last of every subnet for itself.
        for number in range(4, block.num_addresses - 1):
            yield str(block[number])
