"""The types of GraphQL's answers equal the schema: each query is walked with both."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin, get_type_hints

import pytest
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLString,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_list_type,
    is_object_type,
    parse,
)
from pydantic import AwareDatetime

from digest.errors import DigestError
from digest.github import newsletter
from digest.github.client import GitHub, Question
from digest.github.connection import address
from digest.github.faults import Answer
from digest.github.graphql_answers import OrNone, Selected, Shape
from digest.model import Person, Snapshot
from digest.model.newsletter import DraftTexts, Plan
from digest.sources.repository_fetch import RepositoryFetch, ask_alive
from digest.sources.story_facts import with_story_facts
from tests.builders import changed_file, pull
from tests.fetching import W19, many, numbers, read, world
from tests.scripted import FakeTime, FakeWatch
from tests.shipped import shipped
from tests.standin import Fault, Newsletter, Repo, StandIn, World
from tests.standin.graphql import schema
from tests.standin.limits import Asked
from tests.sweep import sample

PULLS = tuple(
    one.model_copy(
        update={
            "files": (
                changed_file(f".changeset/made-up-{one.number}.md", "added"),
                *(changed_file(f"made-up/{place}") for place in range(100)),
            ),
            "merge_commit": f"{one.number:040}",
            "author": Person(login="ada", name="Ada", company="@made-up"),
            "labels": ("made up",),
            "milestone": "1.0",
        }
    )
    for one in many(2)
)
ELSEWHERE = pull(1, repository="made-up/elsewhere", node_id="PR_made_up", labels=("made up",))
WORLD = World((*world(*PULLS).repos, Repo("made-up/elsewhere", (ELSEWHERE,))))
NAME, WEEK = "made-up/newsletter", "2021-W19"
TEXTS = DraftTexts(message="Made up", title="Made up", body="Made up", label="made up")
SCALARS = {"Int": int, "Boolean": bool, "DateTime": AwareDatetime}


class Recording(GitHub):
    """Remembers each operation with the type of its answer."""

    seen: ClassVar[dict[str, tuple[str, type[Shape]]]] = {}

    def ask(self, question: Question[Selected], about: str) -> Answer[Selected]:
        self.seen[_operation(question.query).name.value] = (question.query, question.shape)
        return super().ask(question, about)

    def mutate(
        self, query: str, shape: type[Selected], about: str, variables: Mapping[str, Any]
    ) -> Selected:
        self.seen[_operation(query).name.value] = (query, shape)
        return super().mutate(query, shape, about, variables)


def _operation(query: str) -> Any:
    return next(one for one in parse(query).definitions if isinstance(one, OperationDefinitionNode))


def _recording(github: StandIn) -> GitHub:
    where, settings = address({"GITHUB_API_URL": github.url}), shipped().github
    return Recording(where, github.token, settings, FakeWatch(), FakeTime().clock())


def _by_list(github: StandIn) -> Snapshot:
    return read(github, client=Recording, earlier=(W19,)).snapshot


def _by_search(github: StandIn) -> Snapshot:
    return read(github, client=Recording, max_listed=0).snapshot


def _story_facts(github: StandIn) -> Snapshot:
    """The source is another one, so no text is known."""
    snapshot = read(github, max_listed=500).snapshot
    marked = [*(one.key for one in PULLS), ELSEWHERE.key]
    return with_story_facts(_recording(github), snapshot, shipped(), marked)


def _broken_list(github: StandIn) -> Snapshot:
    github.broken[1] = ("author", (502, {}))
    return _by_list(github)


def _broken_search(github: StandIn) -> Snapshot:
    github.broken[1] = ("author", (502, {}))
    return _by_search(github)


def _counts(github: StandIn) -> None:
    fetch = RepositoryFetch(_recording(github), FakeWatch(), WORLD.repos[0].name)
    fetch.count({"found": f"repo:{WORLD.repos[0].name} is:pr is:merged"})


def _alive(github: StandIn) -> None:
    ask_alive(_recording(github), "made-up/made-up")


def _publish(github: StandIn) -> None:
    hub = _recording(github)
    found = newsletter.read_newsletter(hub, NAME, WEEK, ["a.md", "b.md"])
    plan = Plan(operation="updated", head=found.head or "", files={"a.md": b"new"})
    newsletter.carry_out(plan, hub, found, TEXTS, lambda _: None)


RUNS: Mapping[str, Callable[[StandIn], Snapshot | None]] = {
    "Survey": _by_list,
    "Listed": _by_list,
    "Searched": _by_search,
    "Files": _by_list,
    "Counts": _counts,
    "FirstContributions": _by_list,
    "Changesets": _story_facts,
    "Alone": _story_facts,
    "Alive": _alive,
    "ListedPartly": _broken_list,
    "SearchedPartly": _broken_search,
    "Newsletter": _publish,
    "BranchFiles": _publish,
    "Commit": _publish,
}


def standin() -> StandIn:
    place = Newsletter({"a.md": "text", "b.md": "text"}, name=NAME)
    place.create_branch(f"digest/{WEEK}")
    return StandIn(WORLD, newsletters=[place])


@cache
def questions() -> Mapping[str, tuple[str, type[Shape]]]:
    """Each operation of the program, as it asks it, with the type of its answer."""
    Recording.seen.clear()
    for run in dict.fromkeys(RUNS.values()):
        with standin() as github:
            run(github)
    return dict(Recording.seen)


@dataclass(frozen=True)
class Selection:
    """A field that a query selects, its type in the schema, and whether it is optional."""

    name: str
    type: GraphQLOutputType
    inside: SelectionSetNode | None
    may_lack: bool

    @property
    def is_nullable(self) -> bool:
        return not isinstance(self.type, GraphQLNonNull)


def selections(query: str, parent: Any, inside: SelectionSetNode) -> Iterator[Selection]:
    """The fields that a selection asks of a type."""
    is_plain = any(isinstance(one, FieldNode) for one in inside.selections)
    for one in inside.selections:
        yield from _opened(query, parent, one, may_lack=False, is_plain=is_plain)


def _opened(
    query: str, parent: Any, one: SelectionNode, *, may_lack: bool, is_plain: bool
) -> Iterator[Selection]:
    if isinstance(one, FieldNode):
        name = one.name.value
        kind = parent.fields[name].type if name in parent.fields else GraphQLNonNull(GraphQLString)
        yield Selection(
            one.alias.value if one.alias else name,
            kind,
            one.selection_set,
            may_lack or bool(one.directives),
        )
        return
    if isinstance(one, InlineFragmentNode) and one.type_condition:
        inner = schema().type_map[one.type_condition.name.value]
        fields = one.selection_set
        # Without any other field GitHub answers {} for other types, which becomes None.
        may_lack = may_lack or (inner is not parent and is_plain)
    else:
        assert isinstance(one, FragmentSpreadNode)
        inner, fields = parent, Asked(parse(query), {}).fragments[one.name.value]
    for field in fields.selections:
        yield from _opened(query, inner, field, may_lack=may_lack, is_plain=True)


def _unwrapped(annotation: Any) -> tuple[Any, bool, bool]:
    """The type without None, whether it may be None, and whether {} becomes None."""
    is_or_none = False
    if get_origin(annotation) is Annotated:
        annotation, *extras = get_args(annotation)
        is_or_none = OrNone in extras
    if get_origin(annotation) in {Union, UnionType}:
        (inner,) = (one for one in get_args(annotation) if one is not NoneType)
        return _unwrapped(inner)[0], True, is_or_none
    return annotation, False, is_or_none


def _annotations(shape: type[Shape]) -> Mapping[str, Any]:
    hints = get_type_hints(shape, include_extras=True)
    return {str(field.alias): hints[name] for name, field in shape.model_fields.items()}


def mistakes(
    query: str, parent: Any, inside: SelectionSetNode, shape: type[Shape], path: str = ""
) -> Iterator[str]:
    """The differences between the fields of a type and what the schema allows an answer to be."""
    known = dict(_annotations(shape))
    extra = get_type_hints(shape, include_extras=True).get("__pydantic_extra__")
    required = {str(one.alias) for one in shape.model_fields.values() if one.is_required()}
    for field in selections(query, parent, inside):
        here = f"{path}.{field.name}"
        if field.name not in known and extra is None:
            yield f"{here}: {shape.__name__} has no such field"
            continue
        if field.name in known and (field.name in required) == field.may_lack:
            yield f"{here}: may be absent exactly if it is not required"
        annotation = known.pop(field.name, None) or get_args(extra)[1]
        yield from _differences(query, field, annotation, here)
    yield from (f"{path}.{name}: is not selected" for name in known if name in required)


def _differences(query: str, field: Selection, annotation: Any, path: str) -> Iterator[str]:
    kind: Any = field.type
    inner, may_be_none, is_or_none = _unwrapped(annotation)
    if may_be_none != (field.is_nullable or field.may_lack):
        yield f"{path}: the schema says {kind}, the type {annotation}"
    kind = get_nullable_type(kind)
    if is_list_type(kind):
        assert get_origin(inner) is tuple, path
        item, item_may_be_none, is_or_none = _unwrapped(get_args(inner)[0])
        if item_may_be_none == isinstance(kind.of_type, GraphQLNonNull):
            yield f"{path}: the schema says {kind}, the type {annotation}"
        inner, kind = item, kind.of_type
    named = get_named_type(kind)
    if field.inside is None:
        wanted = str if is_enum_type(named) else SCALARS.get(named.name, str)
        if (get_args(inner) or (inner,))[0] is not wanted:
            yield f"{path}: the schema says {named}, the type {inner}"
        return
    is_narrow = all(isinstance(one, InlineFragmentNode) for one in field.inside.selections)
    is_foreign = not is_object_type(named) and is_narrow
    if is_foreign and not is_or_none:
        yield f"{path}: may be an object without fields"
    yield from mistakes(query, named, field.inside, inner, path)


def nullable(query: str, parent: Any, inside: SelectionSetNode, path: str = "") -> Iterator[str]:
    """The dotted path of each field that may be null in an answer; lists by their first entry."""
    for field in selections(query, parent, inside):
        here = f"{path}.{field.name}".lstrip(".")
        if field.is_nullable:
            yield here
        kind = get_nullable_type(field.type)
        if is_list_type(kind):
            here = f"{here}.0"
            if not isinstance(kind.of_type, GraphQLNonNull):
                yield here
        if field.inside:
            yield from nullable(query, get_named_type(kind), field.inside, here)


def _root(query: str) -> tuple[Any, SelectionSetNode]:
    operation = _operation(query)
    return schema().get_root_type(operation.operation), operation.selection_set


def test_every_operation_of_the_program_is_walked() -> None:
    assert questions().keys() == RUNS.keys()


@pytest.mark.parametrize("operation", RUNS)
def test_a_type_of_an_answer_is_exactly_what_the_schema_allows(operation: str) -> None:
    query, shape = questions()[operation]
    assert list(mistakes(query, *_root(query), shape)) == []


def test_the_walk_finds_each_kind_of_difference() -> None:
    class Wrong(Shape):
        number: str
        author: str
        merged: bool
        title: str | None

    query = '{ repository(owner: "a", name: "b") { pullRequest(number: 1) { number title url } } }'
    field = _operation(query).selection_set.selections[0].selection_set.selections[0]
    found = mistakes(query, schema().type_map["PullRequest"], field.selection_set, Wrong)
    assert list(found) == [
        ".number: the schema says Int, the type <class 'str'>",
        ".title: the schema says String!, the type str | None",
        ".url: Wrong has no such field",
        ".author: is not selected",
        ".merged: is not selected",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("operation", RUNS)
def test_null_where_the_schema_allows_it_is_a_fact_or_one_line(operation: str) -> None:
    """A count that is complete is the true one."""
    query, _ = questions()[operation]
    paths = list(nullable(query, *_root(query)))
    assert paths or operation in {"Counts", "FirstContributions"}
    for path in sample(paths, every=18):
        with standin() as github:
            github.faults.append(Fault(operation, nulls=[path], times=9))
            snapshot = None
            with contextlib.suppress(DigestError):
                snapshot = RUNS[operation](github)
        if snapshot:
            assert numbers(snapshot) == [1, 2] or not snapshot.complete, path
