"""A query in, its commands out. What is not in the documented grammar, or is not needed here, is Malformed."""

import re
from collections.abc import Callable, Iterator

from local.insights.terms import Call, Command, Condition, Expression, Field, Literal, Malformed, Named

FUNCTIONS = {"coalesce": None, "jsonParse": 1, "jsonStringify": 1, "ispresent": 1}
"""How many arguments each takes (AWS: Boolean, comparison, numeric, datetime, and other functions); None is any."""
AGGREGATES = {"count": None, "count_distinct": 1, "earliest": 1, "latest": 1, "min": 1, "max": 1}
"""AWS: stats, functions to use with stats."""
_TOKEN = re.compile(
    r"""\s*(?: (?P<regex>/(?:[^/\\\n]|\\.)*/) | (?P<string>"[^"\\]*") | (?P<number>\d+)
         | (?P<op><=|>=|!=|[=<>|,()\[\]*])
         | (?P<name>@?[A-Za-z_][\w@]*(?:\.[\w@]+|\[\d+\])*) )""",
    re.VERBOSE,
)
_WORDS = {"and", "or", "not", "in", "like", "as", "by", "into", "asc", "desc"}


def parse(query: str) -> list[Command]:
    """The commands of a query. Raises Malformed."""
    return list(_Parser(query).commands())


class _Parser:
    def __init__(self, query: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        text = re.sub(r"^\s*#.*$", "", query, flags=re.MULTILINE).rstrip()
        end = 0
        while end < len(text):
            if not (found := _TOKEN.match(text, end)):
                raise Malformed(f"nothing known begins with {text[end : end + 20]!r}")
            kind = found.lastgroup or ""
            self._tokens.append((kind, found[kind]))
            end = found.end()
        self._at = 0

    def commands(self) -> Iterator[Command]:
        yield self._command()
        while self._at < len(self._tokens):
            self._expect("|")
            yield self._command()

    def _command(self) -> Command:
        known: dict[str, Callable[[], Command]] = {
            "fields": lambda: Command("fields", self._list(self._named)),
            "display": lambda: Command("display", self._list(self._bare)),
            "filter": lambda: Command("filter", test=self._either()),
            "parse": self._parse,
            "unnest": self._unnest,
            "stats": self._stats,
            "sort": self._sort,
            "limit": self._limit,
        }
        name = self._next("name")
        if name not in known:
            raise Malformed(f"{name} is no command that is known here")
        return known[name]()

    def _parse(self) -> Command:
        """AWS: parse, with a regular expression: every group that makes a field has a name."""
        field = self._field()
        pattern = _regex(self._next("regex"))
        if not pattern.groupindex:
            raise Malformed("parse makes no field: its expression has no named group")
        if pattern.groups != len(pattern.groupindex):
            raise Malformed("parse has a group without a name, of which nothing is documented: make it (?:...)")
        return Command("parse", ((field, field.path),), pattern=pattern)

    def _unnest(self) -> Command:
        field = self._field()
        self._expect("into")
        return Command("unnest", ((field, field.path),), into=self._new())

    def _stats(self) -> Command:
        found = self._list(lambda: self._named(AGGREGATES))
        by = tuple(name for _, name in self._list(self._bare)) if self._is("by") else ()
        return Command("stats", found, by=by)

    def _sort(self) -> Command:
        field = self._field()
        return Command("sort", by=(field.path,), descending=self._is("desc") or (self._is("asc") and False))

    def _limit(self) -> Command:
        most = int(self._next("number"))
        if not 0 < most <= 10_000:
            raise Malformed(f"limit {most}: at most 10,000 (AWS: limit)")
        return Command("limit", most=most)

    def _list(self, one: Callable[[], Named]) -> tuple[Named, ...]:
        found = [one()]
        while self._is(","):
            found.append(one())
        return tuple(found)

    def _named(self, functions: dict[str, int | None] = FUNCTIONS) -> Named:
        found = self._expression(functions)
        if isinstance(found, Field) and not self._is("as"):
            return found, found.path
        if not isinstance(found, Field):
            self._expect("as")
        return found, self._new()

    def _bare(self) -> Named:
        found = self._field()
        return found, found.path

    def _either(self) -> Condition:
        found = self._both()
        while self._is("or"):
            found = Condition("or", (found, self._both()))
        return found

    def _both(self) -> Condition:
        found = self._test()
        while self._is("and"):
            found = Condition("and", (found, self._test()))
        return found

    def _test(self) -> Condition:
        if self._is("not"):
            return Condition("not", (self._test(),))
        if self._is("("):
            inner = self._either()
            self._expect(")")
            return inner
        left = self._expression(FUNCTIONS)
        if left == Call("ispresent", left.of if isinstance(left, Call) else ()):
            return Condition("ispresent", left.of if isinstance(left, Call) else ())
        if self._is("in"):
            self._expect("[")
            values = [self._literal()]
            while self._is(","):
                values.append(self._literal())
            self._expect("]")
            return Condition("in", (left, *values))
        negated = self._is("not")
        if self._is("like"):
            found = Condition("like", (left, self._pattern()))
            return Condition("not", (found,)) if negated else found
        op = self._next("op")
        if negated or op not in ("=", "!=", "<", "<=", ">", ">="):
            raise Malformed(f"{op} compares nothing")
        return Condition(op, (left, self._expression(FUNCTIONS)))

    def _pattern(self) -> re.Pattern[str]:
        kind, text = self._peek()
        self._at += 1
        if kind not in ("regex", "string"):
            raise Malformed(f"like {text}: a string or a regular expression is wanted")
        return re.compile(re.escape(text[1:-1])) if kind == "string" else _regex(text)

    def _expression(self, functions: dict[str, int | None]) -> Expression:
        kind = self._peek()[0]
        if kind in ("string", "number"):
            return self._literal()
        if kind == "name" and self._peek(1)[1] == "(":
            return self._call(functions)
        return self._field()

    def _call(self, functions: dict[str, int | None]) -> Call:
        name = self._next("name")
        if name not in functions:
            raise Malformed(f"{name} is no function that is known here")
        self._expect("(")
        given: list[Expression] = []
        if name == "count" and self._is("*"):
            pass
        elif self._peek()[1] != ")":
            given.append(self._expression(FUNCTIONS))
            while self._is(","):
                given.append(self._expression(FUNCTIONS))
        self._expect(")")
        if functions[name] not in (None, len(given)):
            raise Malformed(f"{name} takes {functions[name]} arguments")
        return Call(name, tuple(given))

    def _literal(self) -> Literal:
        kind, text = self._peek()
        self._at += 1
        if kind not in ("string", "number"):
            raise Malformed(f"{text} is no value")
        return Literal(text[1:-1] if kind == "string" else int(text))

    def _field(self) -> Field:
        name = self._next("name")
        if name in _WORDS:
            raise Malformed(f"a field is wanted where {name} stands")
        return Field(name)

    def _new(self) -> str:
        name = self._next("name")
        if not re.fullmatch(r"[A-Za-z_]\w*", name) or name in _WORDS:
            raise Malformed(f"{name} is no name for a new field")
        return name

    def _peek(self, ahead: int = 0) -> tuple[str, str]:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else ("end", "the end")

    def _next(self, kind: str) -> str:
        found, text = self._peek()
        if found != kind:
            raise Malformed(f"a {kind} is wanted where {text} stands")
        self._at += 1
        return text

    def _is(self, text: str) -> bool:
        found = self._peek()[1] == text and self._peek()[0] in ("op", "name")
        self._at += found
        return found

    def _expect(self, text: str) -> None:
        if not self._is(text):
            raise Malformed(f"{text} is wanted where {self._peek()[1]} stands")


def _regex(text: str) -> re.Pattern[str]:
    inner = text[1:-1]
    if re.search(r"\(\?[=!]|\(\?<[=!]|\\[1-9]", inner):
        raise Malformed(f"{text}: nothing is documented of look-around and back references")
    try:
        return re.compile(inner.replace("(?<", "(?P<"))
    except re.error as error:
        raise Malformed(f"{text}: {error}") from None
