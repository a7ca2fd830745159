"""Checks that tests/standin/schema.graphql is a part of GitHub's schema.

Run it as `python scripts/check_schema.py PATH`. PATH is the full schema that GitHub publishes,
plain or gzipped. It prints the differences and exits with 1 if there are any.
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
    """The types, fields, arguments, nullability, members and values that differ from `full`."""
    for name, part_type in part.type_map.items():
        if is_introspection_type(part_type) or is_specified_scalar_type(part_type):
            continue
        full_type = full.type_map.get(name)
        if full_type is None:
            yield f"{name} is not a type"
        elif type(part_type) is not type(full_type):
            yield f"{name} is another kind of type"
        else:
            yield from _type_differences(part_type, full_type)


def _type_differences(part: GraphQLNamedType, full: GraphQLNamedType) -> Iterator[str]:
    match part, full:
        case (
            GraphQLObjectType() | GraphQLInterfaceType(),
            GraphQLObjectType() | GraphQLInterfaceType(),
        ):
            yield from _missing(part.name, _names(part.interfaces), _names(full.interfaces))
            yield from _missing(part.name, part.fields, full.fields)
            for name in part.fields.keys() & full.fields.keys():
                yield from _field_differences(
                    f"{part.name}.{name}", part.fields[name], full.fields[name]
                )
        case GraphQLInputObjectType(), GraphQLInputObjectType():
            yield from _input_differences(part, full)
        case GraphQLUnionType(), GraphQLUnionType():
            yield from _missing(part.name, _names(part.types), _names(full.types))
        case GraphQLEnumType(), GraphQLEnumType():
            yield from _missing(part.name, part.values, full.values)


def _field_differences(path: str, part: GraphQLField, full: GraphQLField) -> Iterator[str]:
    if str(part.type) != str(full.type):
        yield f"{path} is {full.type}, not {part.type}"
    yield from _missing(path, part.args, full.args)
    for name, argument in full.args.items():
        if name not in part.args and is_required_argument(argument):
            yield f"{path} lacks the required argument {name}"
        elif name in part.args and str(part.args[name].type) != str(argument.type):
            yield f"{path}({name}) is {argument.type}, not {part.args[name].type}"
        elif name in part.args and _default(part.args[name]) != _default(argument):
            yield f"{path}({name}) has another default"


def _default(argument: GraphQLArgument) -> str | None:
    value = argument.ast_node and argument.ast_node.default_value
    return print_ast(value) if value else None


def _input_differences(part: GraphQLInputObjectType, full: GraphQLInputObjectType) -> Iterator[str]:
    yield from _missing(part.name, part.fields, full.fields)
    for name in part.fields.keys() & full.fields.keys():
        if str(part.fields[name].type) != str(full.fields[name].type):
            yield f"{part.name}.{name} is {full.fields[name].type}, not {part.fields[name].type}"


def _missing(path: str, part: Iterable[str], full: Iterable[str]) -> Iterator[str]:
    yield from (f"{path} has no {name}" for name in sorted(set(part) - set(full)))


def _names(types: tuple[GraphQLNamedType, ...]) -> list[str]:
    return [named.name for named in types]


def read_schema(path: Path) -> GraphQLSchema:
    """The schema in a file, plain or gzipped."""
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    return build_schema(text.decode("utf-8"), assume_valid=True)


def main(arguments: list[str]) -> int | str:
    """Compare the part with the full schema; returns the exit code or the usage."""
    match arguments:
        case [path]:
            found = list(differences(read_schema(PART), read_schema(Path(path))))
            print(*found or [f"{PART.name} is a part of it"], sep="\n")
            return 1 if found else 0
        case _:
            return "usage: python scripts/check_schema.py PATH"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
