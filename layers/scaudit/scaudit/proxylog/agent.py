"""The agent's words, by template (its public source of 2023 to 2026), and what each means."""

from collections.abc import Callable

from scaudit.proxylog import stream
from scaudit.proxylog.clock import goes_back
from scaudit.proxylog.life import HICCUP, MOST_EXITS, Life
from scaudit.proxylog.lines import Reason, Told, moment, shown
from scaudit.proxylog.run import noted
from scaudit.proxylog.start import Exit

_ASKED = "Received request to drain listener connections."


def executing(life: Life, told: Told) -> None:
    """The agent starts Envoy; `-l LEVEL` in the command is the log level."""
    mark, opened = noted(told), life.run.opened
    if opened and opened.text == mark.text:
        return  # the same event twice: CloudWatch Logs may store one again
    life.opens(told, executed=True)
    _, found, rest = told.text.partition(" -l ")
    if found:
        life.at_level(rest.partition(" ")[0].rstrip("]"), mark)


def cannot_start(life: Life, told: Told) -> None:
    """The agent could not start Envoy, and says why."""
    life.run.dead = life.run.dead or Reason(shown(told.text), noted(told))


def waited(life: Life, told: Told) -> None:
    """The agent's wait for an Envoy failed. It may be the one before that which is starting."""
    if not _is_of_before(life, told):
        cannot_start(life, told)


def process_told(life: Life, told: Told) -> None:
    """`[Envoy process PID] ...`: up to three lines about one end."""
    process, _, text = told.text.removeprefix("[Envoy process ").partition("] ")
    process = shown(process, 20)
    if text.startswith("Exited with code ["):
        _ended(life, told, process, code=_number(text), begins=True)
    elif text.startswith("exited normally with code: ["):
        _ended(life, told, process, code=_number(text))
    elif text.startswith("was terminated by signal: ["):
        _ended(life, told, process, signal=shown(text.partition("[")[2].partition("]")[0], 40))
    elif text.startswith("Additional Exit data: ["):
        _ended(life, told, process, code=-1 if "[Process Signalled: true]" in text else None)


def _ended(
    life: Life, told: Told, process: str, *, code: int | None = None, signal: str = "", begins: bool = False
) -> None:
    last = life.exits[-1] if life.exits else None
    if last and last.process == process and not (begins and last.code is not None and process.startswith("-")):
        # A process ends once, in whatever order its lines come; but every one that could not be started is -1.
        life.exits[-1] = Exit(last.line, process, last.code if code is None else code, last.signal or signal)
    else:
        life.exits[MOST_EXITS - 1 :] = [Exit(told.number, process, code, signal)]
    life.ended = noted(told)
    run = life.run
    if process.startswith("-"):
        cannot_start(life, told)  # older agents wait for a process that they could not start
    elif process == run.process or (process not in life.past and not _is_of_before(life, told)):
        run.dead = Reason(_how(life.exits[-1]), run.dead.line if run.dead else life.ended)


def _how(end: Exit) -> str:
    if end.signal or end.code == -1:
        return f"process {end.process} was ended by a signal{f' ({end.signal})' if end.signal else ''}"
    return f"process {end.process} exited with code {end.code}"


def _is_of_before(life: Life, told: Told) -> bool:
    """The line of an end may come after the one of the next start: the agent writes both within a millisecond."""
    run = life.run
    return run.executed and told.stamp <= run.stamp and not goes_back(run.stamp, told.stamp)


def gives_up(life: Life, told: Told) -> None:
    """The agent ends, and its container with it."""
    life.gone = life.gone or Reason(shown(told.text), noted(told))


def perhaps_gives_up(life: Life, told: Told) -> None:
    """The agent ends only where the line says so itself ("Exiting Agent")."""
    if told.text.rstrip().endswith("Exiting Agent"):
        gives_up(life, told)


def draining(life: Life, told: Told) -> None:
    """The agent was told to stop, and drains Envoy's listeners. An Envoy that ended before was not stopped by that."""
    if not (life.run.dead or life.draining):
        life.draining, life.draining_at = noted(told), told.stamp


def not_drained(life: Life, told: Told) -> None:
    """The agent was told to stop, and Envoy did not answer its request to drain; then it ends all the same (agent's
    source: gracefullyDrainEnvoyListeners)."""
    draining(life, told)
    if life.draining:
        life.undrained = life.undrained or shown(told.text)


def waits_for_drain(life: Life, told: Told) -> None:
    """`Waiting N seconds for Envoy to drain listeners.`; other lines begin with the same word."""
    if "for Envoy to drain listeners." in told.text:
        draining(life, told)


def drains_inbound(life: Life, told: Told) -> None:
    """The incoming listeners are drained on request, while the agent goes on."""
    if not life.run.drained or told.text.startswith("Initiated "):
        life.run.drained = noted(told)


def drains_none(life: Life, told: Told) -> None:
    """Envoy could not be reached for that, or refused it (agent's source: HandleDraining)."""
    if life.run.drained and _ASKED in life.run.drained.text:
        life.run.drained = None


def level_reset(life: Life, told: Told) -> None:
    """The agent resets Envoy's log level."""
    life.at_level(told.text.partition("[")[2].partition("]")[0], noted(told))


def unanswered(life: Life, told: Told) -> None:
    """Envoy left a readiness check unanswered. Those count as in a row that are at most `HICCUP` seconds apart."""
    run = life.run
    if run.dead or life.draining or (life.began and not run.ready):
        return  # before Envoy listens on its own socket the check must fail, and in its end it may
    if told.stamp == run.unanswered_at:
        return
    since, now = moment(run.unanswered_at), moment(told.stamp)
    in_a_row = since and now and (now - since).total_seconds() <= HICCUP
    run.unanswered = run.unanswered + 1 if in_a_row or not run.unanswered else 1
    run.unanswered_at, run.unanswered_last, run.was_unanswered = told.stamp, noted(told), True


def answered(life: Life, told: Told) -> None:
    """Envoy answered a readiness check with a state, which need not be LIVE. There is none in an answer that could not
    be read to its end (agent's source: computeHealthStatus), of which the line before this one tells."""
    state = shown(told.text.rpartition(", ")[2], 40)
    if life.draining or not state:
        return
    life.run.unanswered = 0
    life.run.live = state == "LIVE"
    life.run.not_live = None if life.run.live else Reason(state, noted(told))


def connection(life: Life, told: Told) -> None:
    """Only told at level debug, and each time that a stream ends: NOT_CONNECTED alone is no loss."""
    state = told.text.rpartition(": ")[2].strip()
    if state == "CONNECTED":
        stream.is_back(life.run)


def _number(text: str) -> int | None:
    digits = text.partition("[")[2].partition("]")[0]
    return int(digits) if len(digits) < 8 and digits.removeprefix("-").isdecimal() else None


TEMPLATES: tuple[tuple[str, Callable[[Life, Told], None]], ...] = (
    ("Executing command: [", executing),
    ("[Envoy process ", process_told),
    ("Unable to start process: ", cannot_start),
    ("Unable to fork process: ", cannot_start),
    ("Error returned while waiting for Envoy process [", waited),
    ("Draining Envoy listeners...", draining),
    ("Waiting ", waits_for_drain),
    ("Graceful Envoy listener draining completed!", draining),
    ("Unable to drain Envoy listeners: ", not_drained),
    ("Failed to drain Envoy listeners ", not_drained),
    (_ASKED, drains_inbound),
    ("Initiated Envoy inbound listener draining", drains_inbound),
    ("Unable to reach Envoy Admin port: ", drains_none),
    ("Draining Envoy listeners failed ", drains_none),
    ("Resetting Envoy logging level to [", level_reset),
    ("Envoy readiness check failed with: ", unanswered),
    ("Envoy readiness check failed to read response with: ", unanswered),
    ("Envoy readiness check status ", answered),
    ("Control Plane connection state changed to: ", connection),
    ("Polling envoy readiness failed with error: ", gives_up),
    ("Failed to create Envoy Admin UDS ", perhaps_gives_up),
    ("Failed to change Envoy Admin UDS ", perhaps_gives_up),
)
