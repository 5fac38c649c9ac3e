"""The figures of sweeps as text, and the table that sets them beside the budgets and the neighbours."""

from collections.abc import Mapping

from benchmarks.neighbours import NEIGHBOURS, SOURCE
from benchmarks.quota.figures import Figures


def print_sweep(sweep: Figures, before_mb: float) -> None:
    """One sweep in full."""
    reads = sum(sweep.reads.values())
    print(f"\n{sweep.name}: {sweep.tasks} tasks, {reads} reads ({reads / sweep.tasks:.3f} a task)")
    print("  " + ", ".join(f"{name.split(':')[1]} {n}" for name, n in sweep.reads.items()))
    print(f"  {'quota':<28} {'calls':>6} {'in 1 s':>12} {'in 10 s':>12} {'bucket left':>12} {'throttled':>10}")
    for drawn in sorted(sweep.drawn, key=lambda drawn: -drawn.share):
        name = drawn.quota + ("" if drawn.published else " (assumed)")
        peaks = " ".join(f"{n:>6} {share:>5.0%}" for n, share in (drawn.in_1, drawn.in_10))
        print(f"  {name:<28} {drawn.calls:>6} {peaks} {drawn.lowest:>12.0%} {drawn.throttled:>10}")
    cpu, log = (total / max(sweep.judged, 1) for total in (sweep.cpu * 1e6, sweep.log_bytes))
    print(f"  {sweep.seconds:.0f} s (virtual), {sweep.table_calls} calls of the table")
    print(f"  {cpu:.0f} µs of CPU a task with everything that verify does, {log:.0f} bytes of audit log a task")
    print(f"  peak memory {sweep.peak_mb:.0f} MB with AWS, table and every worker; {before_mb:.0f} MB of it before")
    print(
        f"  judged {sweep.judged}, of those that ran throughout not judged {sweep.unjudged}; twice {sweep.twice};"
        f" faults missed {len(sweep.missed)}, false {len(sweep.false)};"
        f" runs killed {sweep.killed}, messages returned {sweep.returned}"
    )
    for member in sorted(sweep.missed)[:10]:
        print(f"    missed {member}")
    for member in sorted(sweep.false)[:10]:
        print(f"    false {member}")


def print_regions(one: Figures, several: Figures) -> None:
    """What linked Regions cost beside the largest of them alone."""
    worst = max(several.drawn, key=lambda drawn: drawn.share)
    ratio = several.seconds / one.seconds
    rows = [
        (f"most drawn quota of {several.name} ({worst.quota})", f"{worst.share:.0%}", "50%", worst.share <= 0.5),
        (f"its time / that of {one.name}", f"{ratio:.2f}", "1.3", ratio <= 1.3),
        ("calls throttled, tasks not judged", f"{several.throttled + several.unjudged}", "0", not several.unjudged),
    ]
    for what, figure, budget, kept in rows:
        print(f"{what:<80} {figure:>8} {budget:>8}  {'' if kept else 'NOT KEPT'}")


def print_table(sweeps: Mapping[str, Figures], whole: str) -> None:
    """Budgets kept or not, and what the neighbours need."""
    quiet, faults = sweeps[f"{whole}, quiet"], sweeps[f"{whole}, faults"]
    reads, worst = sum(quiet.reads.values()), max(quiet.drawn, key=lambda drawn: drawn.share)
    every = list(sweeps.values())
    most = max(e.peak_mb for e in every if " Regions of " not in e.name)  # those have an AWS each
    rows = [
        (f"reads of a quiet sweep of {whole}", f"{reads}", "2700", reads <= 2700),
        (f"most drawn quota in it ({worst.quota})", f"{worst.share:.0%}", "50%", worst.share <= 0.5),
        ("calls throttled in it", f"{quiet.throttled}", "0", not quiet.throttled),
        ("peak memory, MB", f"{most:.0f}", "180", most <= 180),
        ("faults missed", f"{len(faults.missed)}", "0", not faults.missed),
        ("false findings in any sweep", f"{sum(len(e.false) for e in every)}", "0", not any(e.false for e in every)),
        ("tasks not judged in any sweep", f"{sum(e.unjudged for e in every)}", "0", not any(e.unjudged for e in every)),
    ]
    print(f"\n{'budget':<60} {'is':>8} {'at most':>8}")
    for what, figure, budget, kept in rows:
        print(f"{what:<60} {figure:>8} {budget:>8}  {'' if kept else 'NOT KEPT'}")
    print(f"\n{'AWS calls':<30} {'1':>5} {'10':>5} {'100 tasks':>10} {'20 x 10':>8} {whole:>14} {'peak MB':>8}")
    print(f"{'scaudit, a quiet sweep':<30} {'':>5} {'':>5} {'':>10} {'':>8} {reads:>14,} {quiet.peak_mb:>8.0f}")
    for each in NEIGHBOURS:
        one, ten, hundred, twenty = each.measured
        print(
            f"{each.name:<30} {one:>5} {ten:>5} {hundred:>10} {twenty:>8} {each.calls:>14} {each.peak_mb:>8}"
            f"  {each.remark}"
        )
    print(f"(neighbours: {SOURCE}; none of them compares tasks with their registrations)")
