"""Check that tests/standin/schema.graphql is a true part of GitHub's schema: `python scripts/check_schema.py PATH`.

PATH is the full schema that GitHub publishes, plain or gzipped. Prints what differs; exit code 1 if
anything does.
"""

import gzip
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    print_ast,
)
from graphql.type import (
    is_introspection_type,
    is_required_argument,
    is_specified_scalar_type,
)

PART = Path(__file__).resolve().parent.parent / "tests" / "standin" / "schema.graphql"


def differences(part: GraphQLSchema, full: GraphQLSchema) -> Iterator[str]:
    """What `part` says that `full` does not: types, fields, arguments, nullability, members, values."""
    for name, here in part.type_map.items():
        if is_introspection_type(here) or is_specified_scalar_type(here):
            continue
        there = full.type_map.get(name)
        if there is None:
            yield f"{name} is no type"
        elif type(here) is not type(there):
            yield f"{name} is another kind of type"
        else:
            yield from _type_differences(here, there)


def _type_differences(here: GraphQLNamedType, there: GraphQLNamedType) -> Iterator[str]:
    match here, there:
        case (
            GraphQLObjectType() | GraphQLInterfaceType(),
            GraphQLObjectType() | GraphQLInterfaceType(),
        ):
            yield from _missing(here.name, _names(here.interfaces), _names(there.interfaces))
            yield from _missing(here.name, here.fields, there.fields)
            for name in here.fields.keys() & there.fields.keys():
                yield from _field_differences(
                    f"{here.name}.{name}", here.fields[name], there.fields[name]
                )
        case GraphQLInputObjectType(), GraphQLInputObjectType():
            yield from _input_differences(here, there)
        case GraphQLUnionType(), GraphQLUnionType():
            yield from _missing(here.name, _names(here.types), _names(there.types))
        case GraphQLEnumType(), GraphQLEnumType():
            yield from _missing(here.name, here.values, there.values)


def _field_differences(at: str, here: GraphQLField, there: GraphQLField) -> Iterator[str]:
    if str(here.type) != str(there.type):
        yield f"{at} is {there.type}, not {here.type}"
    yield from _missing(at, here.args, there.args)
    for name, argument in there.args.items():
        if name not in here.args and is_required_argument(argument):
            yield f"{at} lacks the required argument {name}"
        elif name in here.args and str(here.args[name].type) != str(argument.type):
            yield f"{at}({name}) is {argument.type}, not {here.args[name].type}"
        elif name in here.args and _default(here.args[name]) != _default(argument):
            yield f"{at}({name}) has another default"


def _default(argument: GraphQLArgument) -> str | None:
    value = argument.ast_node and argument.ast_node.default_value
    return print_ast(value) if value else None


def _input_differences(
    here: GraphQLInputObjectType, there: GraphQLInputObjectType
) -> Iterator[str]:
    yield from _missing(here.name, here.fields, there.fields)
    for name in here.fields.keys() & there.fields.keys():
        if str(here.fields[name].type) != str(there.fields[name].type):
            yield f"{here.name}.{name} is {there.fields[name].type}, not {here.fields[name].type}"


def _missing(at: str, here: Iterable[str], there: Iterable[str]) -> Iterator[str]:
    yield from (f"{at} has no {name}" for name in sorted(set(here) - set(there)))


def _names(types: tuple[GraphQLNamedType, ...]) -> list[str]:
    return [one.name for one in types]


def read(path: Path) -> GraphQLSchema:
    """The schema in a file of schema language, plain or gzipped."""
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    return build_schema(text.decode("utf-8"), assume_valid=True)


def main(words: list[str]) -> int | str:
    """Check the part against the full schema; the exit code, or how to call this."""
    match words:
        case [path]:
            found = list(differences(read(PART), read(Path(path))))
            print(*found or [f"{PART.name} is a true part of it"], sep="\n")
            return 1 if found else 0
        case _:
            return "usage: python scripts/check_schema.py PATH"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
