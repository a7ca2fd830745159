"""Check an answer against the schema: the query is executed again with the answer as its data.

An answer that GitHub never gives is a mismatch: a missing field, a forbidden null, an unknown value,
a number for a text, a field that the query does not have.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from graphql import (
    FieldNode,
    GraphQLScalarType,
    GraphQLSchema,
    InlineFragmentNode,
    build_schema,
    execute_sync,
    is_specified_scalar_type,
    parse,
)

from tests.standin.graphql import SCHEMA


def mismatches(query: str, variables: Mapping[str, Any], data: Mapping[str, Any]) -> list[str]:
    """Return the mistakes in an answer's `data`, by the query and the schema; empty if none."""
    result = execute_sync(
        _schema(),
        parse(query),
        data,
        variable_values=dict(variables),
        field_resolver=_read_field,
        type_resolver=_type,
    )
    errors = [
        f"{'.'.join(map(str, error.path or ()))}: {error.message}" for error in result.errors or ()
    ]
    return errors or (
        []
        if result.data == data
        else ["the answer has fields that the query does not have, or of another kind"]
    )


@cache
def _schema() -> GraphQLSchema:
    schema = build_schema(SCHEMA.read_text("utf-8"))
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLScalarType) and not is_specified_scalar_type(kind):
            # graphql-core 3.2 uses the first name, 3.3 the second.
            for name in ("serialize", "coerce_output_value"):
                setattr(kind, name, _text)
    return schema


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _read_field(source: Mapping[str, Any], info: Any, **_arguments: object) -> object:
    """Read a field from an answer, which has it under the name that the query gives it."""
    if info.path.key not in source:
        raise KeyError(f"{info.path.key} is not in the answer")
    return source[info.path.key]


def _type(value: Mapping[str, Any], info: Any, _abstract: object) -> str | None:
    """Return the type that the answer names, or else the one whose fields the query has."""
    return value.get("__typename") or next(
        (
            selection.type_condition.name.value
            for field in info.field_nodes
            for selection in _selections(field)
            if isinstance(selection, InlineFragmentNode) and selection.type_condition
        ),
        None,
    )


def _selections(field: FieldNode) -> tuple[Any, ...]:
    return tuple(field.selection_set.selections) if field.selection_set else ()
