"""The answers about a whole repository: survey, sample, identity and bases; pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, ConfigDict, Field

from digest.github.graphql_answers import (
    Branch,
    Counted,
    Labels,
    OrNone,
    PullRequestNode,
    SearchCount,
    Shape,
    Text,
)


class Update(Shape):
    """When a pull request was last updated."""

    updated_at: AwareDatetime


class Newest(Shape):
    """The number of merged pull requests and the one that was updated last, if it can be read."""

    total_count: int
    nodes: tuple[Update | None, ...] | None = None


class SurveyedRepository(Shape):
    """A repository in the survey; `named` is absent if the query does not ask for a branch."""

    id: str
    name_with_owner: str
    url: str
    is_private: bool
    default_branch_ref: Branch | None
    named: Branch | None = None
    pull_requests: Newest


class SurveyAnswer(Counted):
    """The answer to survey.graphql."""

    repository: SurveyedRepository | None
    merged: SearchCount
    updated: SearchCount
    unfiltered: SearchCount


class Owner(Shape):
    """The owner of a repository."""

    login: str


class BaseNode(Shape):
    """The branches of a pull request, and when it was merged. A deleted fork has no owner."""

    base_ref_name: str
    head_ref_name: str
    head_repository_owner: Owner | None
    merged_at: AwareDatetime | None


class BasesPage(Shape):
    """The bases of the results of a search."""

    nodes: tuple[Annotated[BaseNode | None, OrNone], ...] | None


class BasesAnswer(Counted):
    """The answer to bases.graphql."""

    search: BasesPage


class Merge(Shape):
    """When a pull request was merged."""

    merged_at: AwareDatetime | None


class Merges(Shape):
    """The merges of some pull requests."""

    nodes: tuple[Merge | None, ...] | None

    @property
    def moments(self) -> list[datetime]:
        """When they were merged."""
        return [node.merged_at for node in self.nodes or () if node and node.merged_at]


class MergesRepository(Shape):
    """A repository with some merges into a branch."""

    pull_requests: Merges


class FirstMergesAnswer(Counted):
    """The answer to first_merges.graphql."""

    repository: MergesRepository | None


class LastMergesRepository(MergesRepository):
    """A repository with the last merges into a branch, and the branch if it still exists."""

    branch: Branch | None


class LastMergesAnswer(Counted):
    """The answer to last_merges.graphql."""

    repository: LastMergesRepository | None


class SamplePulls(Shape):
    """The newest pull requests of a repository."""

    nodes: tuple[Annotated[PullRequestNode | None, OrNone], ...] | None


class SampleRepository(Shape):
    """A sample of a repository; `notes` and `other_notes` are the file for release notes.

    The query may leave the pull requests out.
    """

    name_with_owner: str
    default_branch_ref: Branch | None
    labels: Labels | None
    notes: Annotated[Text | None, OrNone]
    other_notes: Annotated[Text | None, OrNone]
    pull_requests: SamplePulls | None = None


class SampleAnswer(Counted):
    """The answer to sample.graphql."""

    repository: SampleRepository | None


class IdentityNode(Shape):
    """The current name and the id of a repository."""

    id: str
    name_with_owner: str


class IdentitiesAnswer(Shape):
    """The identities of repositories, with one alias for each."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, IdentityNode | None] = Field(init=False)

    @property
    def parts(self) -> Mapping[str, IdentityNode | None]:
        """The parts by alias."""
        return self.__pydantic_extra__
