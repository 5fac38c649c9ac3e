"""What neighbouring tools need for the same estate, to print beside scaudit's own figures.

Measured 2026-11-22 against a local AWS with one service of 1, 10 and 100 tasks and with 20 services of 10 tasks; the
calls for 50 clusters, 2,000 services and 20,000 tasks are extrapolated from those slopes, not measured.
"""

from dataclasses import dataclass

SOURCE = "measured 2026-11-22, extrapolated"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A tool; its AWS calls for 1, 10 and 100 tasks and for 20 x 10, its peak memory in MB in these runs (200 tasks at
    most), and its calls for the whole estate."""

    name: str
    measured: tuple[int, int, int, int]
    peak_mb: int
    calls: str
    remark: str


NEIGHBOURS = (
    Neighbour("ecs-doctor 0.5.0", (10, 19, 109, 209), 80, "38,000", "tasks beyond 100 a service unseen"),
    Neighbour("ecs-task-doctor 0.1.1", (17, 17, 17, 17), 80, "34,000", ""),
    Neighbour("ecs-eks-security-scanner", (29, 29, 29, 129), 95, "10,600", "calls Service Connect off in any case"),
    Neighbour("c7n 0.9.53, three policies", (15, 15, 15, 55), 84, "5,000", "lists cut off at 100"),
    Neighbour("prowler 5.46.0", (9, 9, 9, 47), 363, "4,000 or more", "and every old task definition"),
)
