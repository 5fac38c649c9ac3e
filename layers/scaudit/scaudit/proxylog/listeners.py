"""What Envoy says of its listeners: added, removed, rejected, not bound."""

from scaudit.proxylog import stream
from scaudit.proxylog.life import Life
from scaudit.proxylog.lines import Reason, Told, shown
from scaudit.proxylog.run import keep, noted

_NO_NAME = "(the whole answer)"


def changed(life: Life, told: Told) -> None:
    """`lds: add/update listener 'X'`, `lds: remove listener 'X'`, `lds: listener 'X' config rejected: REASON`."""
    what, _, rest = told.text.partition("'")
    name, found, rest = rest.partition("'")
    # A name that is cut off proves no listener, but a loss is a loss whatever the name.
    if (not found and what.startswith("lds: add")) or not life.speaks(told):
        return
    run, name = life.run, shown(name, 200)
    run.listeners_answered = True
    stream.is_back(run)
    if what.startswith("lds: add"):
        run.timeouts.pop("Listener", None)
        if run.removed or run.unbound or run.rejected or run.stale:
            for one in (run.removed, run.unbound, run.rejected, run.stale):
                one.pop(name, None)
                one.pop(_NO_NAME, None)
        if name not in run.fallen:
            keep(run.added, name, noted(told))
    elif what.startswith("lds: remove"):
        run.added.pop(name, None)
        run.stale.pop(name, None)
        keep(run.removed, name, noted(told))
    elif rest.startswith(" config rejected"):
        _refused(life, told, name, rest.partition(": ")[2])


def unbound(life: Life, told: Told) -> None:
    """`listener 'X' failed to bind or apply socket options: REASON`. Of a listener that was added before, it is an
    update that failed."""
    name, found, rest = told.text.removeprefix("listener '").partition("' failed to ")
    if found and life.speaks(told):
        reason = Reason(shown(rest.partition(": ")[2]), noted(told))
        keep(life.run.stale if name in life.run.added else life.run.unbound, shown(name, 200), reason)


def fell(life: Life, told: Told) -> None:
    """`final pre-worker listener init for listener 'X' failed: REASON`: Envoy drops the listener, and the one that it
    was to replace, when it starts its workers or when the listener has warmed (onListenerWarmed). `lds: add/update` is
    said before that, so that it does not show that the listener listens."""
    name, found, rest = told.text.partition("'")[2].partition("' failed: ")
    if found and life.speaks(told):
        name = shown(name, 200)
        in_use = " (its address is in use)" if rest.rstrip().endswith("errno=98") else ""
        life.run.added.pop(name, None)
        life.run.stale.pop(name, None)
        keep(life.run.fallen, name, Reason(shown(f"{rest.strip()}{in_use}"), noted(told)))


def rejected(life: Life, told: Told, reason: str) -> None:
    """The control plane's answer with listeners was refused: `Error adding/updating listener(s) NAME: REASON`."""
    life.run.listeners_answered = life.run.rejecting = True
    _, listed, names = reason.partition("Error adding/updating listener(s) ")
    name, colon, cause = names.partition(": ")
    if listed and colon and " " not in name:
        _refused(life, told, shown(name, 200), cause)
    else:
        _refused(life, told, _NO_NAME, reason)


def rejected_too(life: Life, told: Told) -> None:
    """Second and later names of one rejection stand on lines of their own, without a head."""
    name, colon, reason = told.text.partition(": ")
    if colon and name in (life.environment.mapping or ()):
        _refused(life, told, name, reason)


def _refused(life: Life, told: Told, name: str, reason: str) -> None:
    """A listener that was added before goes on as it was: Envoy drops a rejected update, not what it would replace."""
    run, unbound = life.run, reason.startswith("cannot bind ")
    if name in run.added or (name == _NO_NAME and run.added):
        keep(run.stale, name, Reason(shown(reason), noted(told)))
    elif not unbound or name not in run.unbound:  # the line of the bind error itself names the cause better
        keep(run.unbound if unbound else run.rejected, name, Reason(shown(reason), noted(told)))
