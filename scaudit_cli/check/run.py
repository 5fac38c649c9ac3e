"""One run of `scaudit check`: a look at every service in question, and further looks at what is pending."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import datetime
from functools import partial

from scaudit_cli.check.look import ABSENT
from scaudit_cli.check.region import Looked, Region
from scaudit_cli.check.scope import Scope, absent_service
from scaudit_cli.check.session import Unreachable
from scaudit_cli.output.finding import Judged
from scaudit_cli.progress import Progress
from scaudit_cli.usage import Refused

_FIRST, _LONGEST = 2.0, 15.0
"""Seconds between two looks at what is pending: doubled each time, up to the longest."""
Targets = Mapping[Region, Mapping[str, Sequence[str]]]


class Run:
    """What was found so far, Regions side by side. `cut` says that it was interrupted."""

    def __init__(self, regions: Sequence[Region], scope: Scope, began: datetime, progress: Progress) -> None:
        self.began, self.cut = began, False
        self.regions, self._scope, self._progress = regions, scope, progress
        self._notes: list[str] = []

    @property
    def calls(self) -> Counter[str]:
        """How often AWS was asked, by IAM action."""
        return sum((region.calls for region in self.regions), Counter[str]())

    @property
    def names(self) -> tuple[str, ...]:
        """The Regions."""
        return tuple(region.name for region in self.regions)

    @property
    def account(self) -> str:
        """The account's id; empty where nothing of it was read."""
        return next((one.account for region in self.regions for one in region.found.values() if one.account), "")

    @property
    def unreachable(self) -> str:
        """Why no Region answers; empty where one does."""
        return self.regions[0].why_not if all(region.why_not for region in self.regions) else ""

    def look(self) -> None:
        """Look at every service in question. Raises Refused when in no Region it is clear what that is."""
        self._list()
        self._at({region: region.targets for region in self.regions})
        for region in self.regions:
            absent = [place for place, why in region.left_out.items() if why == ABSENT]
            if self._scope.service and absent and not any(each.found for each in self.regions):
                raise region.read(partial(absent_service, places=absent, region=region.name))

    def wait(self, seconds: float) -> None:
        """Look again at the services of which something is pending, until nothing is or the time is over."""
        end, pause = time.monotonic() + seconds, _FIRST
        while (pending := self._pending()) and (left := end - time.monotonic()) > 0:
            time.sleep(min(pause, left))
            pause = min(2 * pause, _LONGEST)
            self._at(pending)

    def interrupted(self) -> None:
        """Stop: what is known is what there is."""
        self.cut = True
        for region in self.regions:
            region.stop()

    def judged(self) -> Iterator[Judged]:
        """Everything that was judged."""
        for region in self.regions:
            yield from region.judged(self.began)

    def notes(self) -> list[str]:
        """What was left out, and why."""
        left_out = {(region.name, *place): why for region in self.regions for place, why in region.left_out.items()}
        counts = Counter(left_out.values())
        if self._scope.service:
            # Of all clusters most have no service of this name.
            told = {at: why for at, why in left_out.items() if not (self._scope.every_cluster and why == ABSENT)}
            return [*self._notes, *(f"{cluster}/{name} {why}" for (_, cluster, name), why in told.items())]
        return [*self._notes, *(f"{n} service{'' if n == 1 else 's'}: {why}" for why, n in counts.items())]

    def misnamed(self) -> list[str]:
        """What there is to say of tags that are to silence a check, and name none."""
        return [said for region in self.regions for said in region.misnamed]

    def _list(self) -> None:
        refusals: list[Refused] = []
        pool = ThreadPoolExecutor(len(self.regions))
        listings = [pool.submit(region.find, self._scope) for region in self.regions]
        pool.shutdown(wait=False)
        for region, listing in zip(self.regions, listings, strict=True):
            try:
                listing.result()
            except Refused as why:
                refusals.append(why)
            except Unreachable as why:
                region.why_not = str(why)
        if refusals and len(refusals) == len(self.regions):
            raise refusals[0]
        self._notes += [why.bare for why in refusals]

    def _at(self, targets: Targets) -> None:
        futures: dict[Future[Looked], Region] = {}
        for region, wanted in targets.items():
            futures |= dict.fromkeys(region.looks(wanted), region)
        total = sum(len(names) for wanted in targets.values() for names in wanted.values())
        with self._progress.of(total, groups=len(futures)) as progress:
            for future in as_completed(futures):
                try:
                    progress(*future.result())
                except Unreachable as why:
                    futures[future].why_not = str(why)

    def _pending(self) -> dict[Region, Mapping[str, Sequence[str]]]:
        waiting = {region: region.pending() for region in self.regions}
        return {region: found for region, found in waiting.items() if found}
