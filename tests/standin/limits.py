"""GitHub's documented limits on a GraphQL query: records on a page and nodes in total.

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)

RECORDS = 100
NODES = 500_000


class Asked:
    """The fields of a document and its fragments, with their variables."""

    def __init__(self, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self.variables = variables
        self._operation = next(
            one.selection_set
            for one in document.definitions
            if isinstance(one, OperationDefinitionNode)
        )
        self.fragments = {
            one.name.value: one.selection_set
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }

    def fields(self, inside: SelectionSetNode | None) -> Iterator[FieldNode]:
        for selection in inside.selections if inside else ():
            yield from self._opened(selection)

    @property
    def _everything(self) -> Iterator[FieldNode]:
        yield from self._below(self._operation)

    def _below(self, inside: SelectionSetNode | None) -> Iterator[FieldNode]:
        for field in self.fields(inside):
            yield field
            yield from self._below(field.selection_set)

    def has(self, name: str) -> bool:
        """Return whether the document has a field of this name."""
        return any(field.name.value == name for field in self._everything)

    @property
    def searches(self) -> int:
        """The number of searches."""
        return sum(field.name.value == "search" for field in self._everything)

    @property
    def page(self) -> int:
        """The largest number of pull requests on a page."""
        pages = [
            field for field in self._everything if field.name.value in {"search", "pullRequests"}
        ]
        return max((self.number(field, "first") or 0 for field in pages), default=0)

    @property
    def ids(self) -> Sequence[str]:
        """The ids of requested nodes, from the variables and in the text."""
        listed: Sequence[str] = self.variables.get("ids", ())
        written = (
            argument.value.value
            for field in self.fields(self._operation)
            if field.name.value == "node"
            for argument in field.arguments or ()
            if isinstance(argument.value, StringValueNode)
        )
        return [*listed, *written]

    def _opened(self, selection: SelectionNode) -> Iterator[FieldNode]:
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, InlineFragmentNode):
            yield from self.fields(selection.selection_set)
        elif isinstance(selection, FragmentSpreadNode):
            yield from self.fields(self.fragments[selection.name.value])

    def number(self, field: FieldNode, name: str) -> int | None:
        node = next(
            (argument.value for argument in field.arguments or () if argument.name.value == name),
            None,
        )
        return self._number(node)

    def _number(self, node: ValueNode | None) -> int | None:
        if isinstance(node, VariableNode):
            value = self.variables.get(node.name.value)
            return len(value) if isinstance(value, list) else value
        if isinstance(node, ListValueNode):
            return len(node.values)
        return int(node.value) if isinstance(node, IntValueNode) else None


def broken(document: DocumentNode, variables: Mapping[str, Any]) -> list[GraphQLError]:
    """Return the errors for which GitHub refuses a query before it runs it."""
    query = Asked(document, variables)
    errors: list[GraphQLError] = []
    nodes = sum(
        _nodes(query, operation.selection_set, 1, errors)
        for operation in document.definitions
        if isinstance(operation, OperationDefinitionNode)
    )
    if nodes > NODES:
        words = f"This query requests up to {nodes:,} possible nodes which exceeds the maximum limit of {NODES:,}."
        errors.append(_error("MAX_NODE_LIMIT_EXCEEDED", words))
    return errors


def _nodes(
    query: Asked, inside: SelectionSetNode | None, times: int, errors: list[GraphQLError]
) -> int:
    """Return how many nodes a selection may give `times` times.

    Errors of pages that GitHub refuses go to `errors`.
    """
    total = 0
    for field in query.fields(inside):
        name, first = field.name.value, query.number(field, "first")
        if first is None and {"nodes", "edges"} & {
            one.name.value for one in query.fields(field.selection_set)
        }:
            words = f"You must provide a `first` or `last` value to properly paginate the `{name}` connection."
            errors.append(_error("MISSING_PAGINATION_BOUNDARIES", words, field))
        if first is not None and not 1 <= first <= RECORDS:
            words = f"Requesting {first} records on the `{name}` connection exceeds the `first` limit of {RECORDS} records."
            errors.append(_error("EXCESSIVE_PAGINATION", words, field))
        records = first or query.number(field, "ids") or 0
        total += times * records + _nodes(
            query, field.selection_set, times * (records or 1), errors
        )
    return total


def _error(kind: str, message: str, field: FieldNode | None = None) -> GraphQLError:
    return GraphQLError(message, field, extensions={"type": kind})
