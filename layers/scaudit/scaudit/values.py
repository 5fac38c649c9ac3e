"""`dataclass`, quicker to import: for mypy, and for whoever reads, the standard one.

For a frozen class the standard one writes and compiles seven methods, 0.4 to 0.6 ms at each import: there are so many
that this was half of what importing scaudit took. Here it writes `__init__` alone; what compares, hashes and shows
values is one for all. That a value is frozen mypy sees to, and nothing at run time: so writes also `__init__` plainly,
which makes a value in half of the time (the maintainer of attrs advises it: threeofwands.com, attra-iv-zero-overhead-
frozen-attrs).
"""

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass

    @dataclass(frozen=True)
    class _Example:
        value: int = 0

    # mypy says so when this is no error: then nothing keeps values from being changed.
    _Example().value = 1  # type: ignore[misc]
else:

    def dataclass(cls: type | None = None, /, *, frozen: bool = False, order: bool = False, **options: bool) -> object:
        """The class as a dataclass, or what makes it one. What is not frozen, or has an order, is made as ever."""
        if not frozen or order:
            return dataclasses.dataclass(cls, frozen=frozen, order=order, **options)
        return _made(cls, **options) if cls else lambda cls: _made(cls, **options)


def _made(cls: type, *, eq: bool = True, **options: bool) -> type:
    made: Any = dataclasses.dataclass(eq=False, repr=False, **options)(cls)
    fields = dataclasses.fields(made)
    methods: dict[str, Callable[..., Any]] = {"__repr__": _shown(made.__qualname__, [f.name for f in fields if f.repr])}
    if eq:
        values = _values([field.name for field in fields if field.compare])
        methods |= {"__eq__": _equal(values), "__hash__": lambda self: hash(values(self))}
    for name in methods.keys() - vars(cls).keys():
        setattr(made, name, methods[name])
    return made  # type: ignore[no-any-return]


def _values(names: list[str]) -> Callable[[object], Any]:
    return attrgetter(*names) if names else lambda _: ()


def _equal(values: Callable[[object], Any]) -> Callable[[object, object], bool]:
    def equal(self: object, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return equal


def _shown(name: str, fields: list[str]) -> Callable[[object], str]:
    def shown(self: object) -> str:
        return f"{name}({', '.join([f'{field}={getattr(self, field)!r}' for field in fields])})"

    return shown
