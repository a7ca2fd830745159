"""The answers to the GraphQL queries for a newsletter's repository as typed values; pure."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import ConfigDict, Field

from digest.github.graphql_answers import Oid, OrNone, Shape


class Head(Shape):
    """A branch and its last commit."""

    name: str
    target: Oid | None


class NewsletterRepository(Shape):
    """A newsletter's repository, its default branch and an edition's branch."""

    name_with_owner: str
    url: str
    default_branch_ref: Head | None
    ref: Head | None


class NewsletterAnswer(Shape):
    """The answer to newsletter.graphql."""

    repository: NewsletterRepository | None


class BlobNode(Shape):
    """A file; `is_binary` and `text` are None if GitHub leaves them out."""

    oid: str
    is_binary: bool | None
    is_truncated: bool
    text: str | None


class BranchFiles(Shape):
    """The files of a branch, with one alias for each; None for a missing file or a folder."""

    model_config = ConfigDict(extra="allow")
    typename: str = Field(alias="__typename")
    __pydantic_extra__: dict[str, Annotated[BlobNode | None, OrNone]] = Field(init=False)

    @property
    def parts(self) -> Mapping[str, BlobNode | None]:
        """The files by alias."""
        return self.__pydantic_extra__


class TreeEntry(Shape):
    """A file or folder in a folder, with its mode as git writes it."""

    name: str
    mode: int


class TreeNode(Shape):
    """A folder."""

    entries: tuple[TreeEntry, ...] | None


class BranchFolders(Shape):
    """The folders of a branch, with one alias for each; None for a missing folder or a file."""

    model_config = ConfigDict(extra="allow")
    typename: str = Field(alias="__typename")
    __pydantic_extra__: dict[str, Annotated[TreeNode | None, OrNone]] = Field(init=False)

    @property
    def parts(self) -> Mapping[str, TreeNode | None]:
        """The folders by alias."""
        return self.__pydantic_extra__


class Typename(Shape):
    """The type of an object."""

    typename: str = Field(alias="__typename")


class BranchObjects(Shape):
    """The types of a branch's files and folders, with one alias for each; None for missing ones."""

    model_config = ConfigDict(extra="allow")
    typename: str = Field(alias="__typename")
    __pydantic_extra__: dict[str, Typename | None] = Field(init=False)

    @property
    def parts(self) -> Mapping[str, Typename | None]:
        """The types by alias."""
        return self.__pydantic_extra__


class Comparison(Shape):
    """The number of commits that a branch is ahead."""

    ahead_by: int


class ComparedBranch(Shape):
    """A default branch that is compared with another one."""

    compare: Comparison | None


class ComparedRepository(Shape):
    """A repository whose default branch is compared."""

    default_branch_ref: ComparedBranch | None


class NewsletterFilesAnswer(Shape):
    """Files of a newsletter's repository, and how far a branch is ahead of the default one.

    `folders` are those of the files, with the modes of everything in them.
    """

    head: BranchFiles | None
    folders: BranchFolders | None
    base: BranchObjects | None
    ahead: ComparedRepository | None


class CommitPayload(Shape):
    """The commit that a mutation made."""

    commit: Oid | None


class CommitAnswer(Shape):
    """The answer to commit.graphql."""

    create_commit_on_branch: CommitPayload | None
