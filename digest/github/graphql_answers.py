"""The answers to digest's GraphQL queries as typed values; pure.

A field may be None if and only if GitHub's schema calls it nullable. A test walks every query with
the schema.
"""

from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, NonNegativeInt
from pydantic.alias_generators import to_camel


class Shape(BaseModel):
    """The fields that a query selects from one of GitHub's types."""

    model_config = ConfigDict(frozen=True, defer_build=True, alias_generator=to_camel)


Selected = TypeVar("Selected", bound=Shape)
# GitHub answers {} for an object of a type from which the query selects no field.
OrNone = BeforeValidator(lambda value: value or None)


class SearchCount(Shape):
    """The number of results of a search."""

    issue_count: NonNegativeInt


class Counted(Shape):
    """An answer with counts of searches, whose aliases are chosen for each request."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, SearchCount] = Field(init=False)

    @property
    def counts(self) -> Mapping[str, int]:
        """The counts by alias."""
        return {alias: found.issue_count for alias, found in self.__pydantic_extra__.items()}


class TotalCount(Shape):
    """The length of a connection."""

    total_count: int


class PageInfo(Shape):
    """Whether a connection continues, and where."""

    has_next_page: bool
    end_cursor: str | None

    @property
    def is_lost(self) -> bool:
        """Whether there is another page, but no place of it."""
        return self.has_next_page and self.end_cursor is None

    @property
    def next_cursor(self) -> str | None:
        """The place of the next page, None at the end. A page without a place cannot be read."""
        return self.end_cursor if self.has_next_page else None


class Oid(Shape):
    """A commit."""

    oid: str


class Label(Shape):
    """A label."""

    name: str


class Labels(Shape):
    """The labels of a pull request."""

    total_count: int
    nodes: tuple[Label | None, ...] | None


class Milestone(Shape):
    """A milestone."""

    title: str


class Account(Shape):
    """An account; only a person has a name and a company."""

    typename: str = Field(alias="__typename")
    login: str
    name: str | None = None
    company: str | None = None


class PartialNode(Shape):
    """The facts of a pull request; those that the query leaves out are absent."""

    id: str
    number: int
    title: str
    url: str
    merged_at: AwareDatetime | None
    updated_at: AwareDatetime
    base_ref_name: str
    author: Account | None = None
    head_ref_name: str | None = None
    labels: Labels | None = None
    milestone: Milestone | None = None
    additions: int | None = None
    deletions: int | None = None
    changed_files: int | None = None
    body: str | None = None
    comments: TotalCount | None = None
    reactions: TotalCount | None = None
    merge_commit: Oid | None = None


class PullRequestNode(PartialNode):
    """The facts of a pull request."""

    author: Account | None
    head_ref_name: str
    labels: Labels | None
    milestone: Milestone | None
    additions: int
    deletions: int
    changed_files: int
    body: str
    comments: TotalCount
    reactions: TotalCount
    merge_commit: Oid | None


class Branch(Shape):
    """A branch."""

    name: str


class Numbered(Shape):
    """A pull request of which only the number is read, or nothing."""

    number: int | None = None


class PartialPage(Shape):
    """A page of pull requests, perhaps without some of their facts.

    `numbers` has the pull requests that are read without facts; the nodes are then empty.
    """

    nodes: tuple[Annotated[PartialNode | None, OrNone], ...] | None
    numbers: tuple[Annotated[Numbered | None, OrNone], ...] | None = None
    page_info: PageInfo


class Page(PartialPage):
    """A page of pull requests."""

    nodes: tuple[Annotated[PullRequestNode | None, OrNone], ...] | None


class PartialSearchPage(PartialPage):
    """A page of results of a search, perhaps without some facts."""

    issue_count: int


class SearchPage(PartialSearchPage):
    """A page of results of a search."""

    nodes: tuple[Annotated[PullRequestNode | None, OrNone], ...] | None


class FrontEntry(Shape):
    """The first entry of a list."""

    id: str
    updated_at: AwareDatetime


class Front(Shape):
    """The length of a list and its first entry; the query may leave this out."""

    total_count: int
    nodes: tuple[FrontEntry | None, ...] | None = None


class PartlyListedRepository(Shape):
    """A repository with a page of its list, perhaps without some facts."""

    pull_requests: PartialPage
    front: Front


class ListedRepository(PartlyListedRepository):
    """A repository with a page of its list."""

    pull_requests: Page


class PartlyListedAnswer(Counted):
    """The answer to listed_partly.graphql."""

    repository: PartlyListedRepository | None


class ListedAnswer(PartlyListedAnswer):
    """The answer to listed.graphql."""

    repository: ListedRepository | None


class PartlySearchedAnswer(Counted):
    """The answer to searched_partly.graphql."""

    search: PartialSearchPage


class SearchedAnswer(PartlySearchedAnswer):
    """The answer to searched.graphql."""

    search: SearchPage


class NewestRepository(Shape):
    """A repository with a page of its newest pull requests."""

    pull_requests: Page


class NewestAnswer(Counted):
    """The answer to newest.graphql."""

    repository: NewestRepository | None


class ChangedFileNode(Shape):
    """A changed file. `change_type` may get new values."""

    path: str
    change_type: str
    additions: int
    deletions: int


class ChangedFiles(Shape):
    """A page of the changed files of a pull request."""

    total_count: int
    nodes: tuple[ChangedFileNode | None, ...] | None
    page_info: PageInfo


class PullRequestFiles(Shape):
    """A pull request with a page of its changed files."""

    id: str
    files: ChangedFiles | None


class FilesAnswer(Shape):
    """The answer to files.graphql, with one alias for each further page."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Annotated[PullRequestFiles | None, OrNone]] = Field(init=False)
    nodes: tuple[Annotated[PullRequestFiles | None, OrNone], ...]

    @property
    def further(self) -> Mapping[str, PullRequestFiles | None]:
        """The further pages by alias."""
        return self.__pydantic_extra__


class RateLimit(Shape):
    """The requests that remain."""

    remaining: int


class AliveAnswer(Shape):
    """The answer to alive.graphql."""

    rate_limit: RateLimit | None


class Text(Shape):
    """The text of a file, None if it is binary."""

    text: str | None


class TextsRepository(Shape):
    """The texts of some files of a repository, with one alias for each."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Annotated[Text | None, OrNone]] = Field(init=False)

    @property
    def parts(self) -> Mapping[str, Text | None]:
        """The texts by alias."""
        return self.__pydantic_extra__


class CountedTexts(Counted):
    """An answer with counts of searches and the texts of some files."""

    texts: TextsRepository | None


class ChangesetRepository(Shape):
    """A repository with one of its files."""

    object: Annotated[Text | None, OrNone]


class ChangesetsAnswer(Shape):
    """The texts of changesets, with one alias for each."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, ChangesetRepository | None] = Field(init=False)

    @property
    def parts(self) -> Mapping[str, ChangesetRepository | None]:
        """The parts by alias."""
        return self.__pydantic_extra__


class SingleRepository(Shape):
    """A repository with one of its pull requests."""

    name_with_owner: str
    pull_request: PullRequestNode | None


class SinglesAnswer(Shape):
    """Single pull requests, with one alias for each."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, SingleRepository | None] = Field(init=False)

    @property
    def parts(self) -> Mapping[str, SingleRepository | None]:
        """The parts by alias."""
        return self.__pydantic_extra__
