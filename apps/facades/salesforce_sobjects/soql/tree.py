"""What a query's text says, before anything is known of objects and fields. `at` is a place in the text, from 0."""

from dataclasses import dataclass

from lark import Token


@dataclass(frozen=True, slots=True)
class Path:
    """A field by its name, or through relationships: `Owner.Name`."""

    names: tuple[str, ...]
    at: int

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class Call:
    """A function and what it is applied to."""

    name: str  # in capitals
    arguments: "tuple[Operand, ...]"
    at: int


Operand = Path | Call


@dataclass(frozen=True, slots=True)
class Compare:
    operand: Operand
    operator: str  # =, !=, <, <=, >, >= or LIKE
    value: Token


@dataclass(frozen=True, slots=True)
class In:
    """`operand IN (values)`; with `includes` the parts of a picklist that takes several values."""

    operand: Operand
    values: tuple[Token, ...]
    includes: bool = False


@dataclass(frozen=True, slots=True)
class InRows:
    """A semi-join."""

    operand: Operand
    rows: "Select"


@dataclass(frozen=True, slots=True)
class Not:
    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Junction:
    """Conditions joined by AND (`every`) or by OR."""

    every: bool
    conditions: "tuple[Condition, ...]"


Condition = Compare | In | InRows | Not | Junction


@dataclass(frozen=True, slots=True)
class Plain:
    """A field or function in the SELECT list."""

    operand: Operand
    alias: Token | None


@dataclass(frozen=True, slots=True)
class TypeOf:
    """Fields that depend on which object a relationship leads to."""

    relationship: Path
    cases: tuple[tuple[Token, tuple[Path, ...]], ...]
    otherwise: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Child:
    """A subquery over a child relationship."""

    query: "Select"


Item = Plain | TypeOf | Child


@dataclass(frozen=True, slots=True)
class By:
    """One key of ORDER BY."""

    operand: Operand
    descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True)
class Source:
    path: Path
    alias: str | None


@dataclass(frozen=True, slots=True)
class Select:
    items: tuple[Item, ...]
    sources: tuple[Source, ...]
    scope: Token | None
    where: Condition | None
    mode: Token | None
    group: tuple[Operand, ...]
    having: Condition | None
    order: tuple[By, ...]
    limit: Token | None
    offset: Token | None
    purposes: tuple[Token, ...]
    all_rows: bool

    @property
    def at(self) -> int:
        return self.sources[0].path.at
