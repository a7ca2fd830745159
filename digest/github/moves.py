"""Finds a page that a person moved on an edition's branch."""

from dataclasses import dataclass

from digest.github import newsletter_documents
from digest.github.client import GitHub
from digest.model.newsletter import FOLDER, Newsletter, commit_title

PAGE = 100


@dataclass(frozen=True)
class MovedPage:
    """The new path of a page, None if GitHub reports no rename.

    `added` are the files of the same kind that are new on the branch: one of them may be the page.
    """

    path: str | None
    added: tuple[str, ...] = ()


def find_moved_page(github: GitHub, newsletter: Newsletter, edition: str, path: str) -> MovedPage:
    """The page that digest's last commit has at `path`, as the branch has it now.

    Raises DigestError.
    """
    repository, head = newsletter.repository, newsletter.head or newsletter.default_head
    commits = github.get(
        f"/repos/{repository}/commits",
        f"the commits of {repository}",
        newsletter_documents.commits,
        sha=head,
        per_page=PAGE,
    ).data
    title = commit_title(edition)
    last = next((commit.sha for commit in commits if commit.message.startswith(title)), None)
    files = _changed_files(github, newsletter, last, head) if last else ()
    moved = next((file.path for file in files if file.previous_path == path), None)
    if moved:
        return MovedPage(moved)
    if last is None:
        # A person rewrote the history of the branch.
        files = _changed_files(github, newsletter, newsletter.default_head, head)
    ending = path.rpartition(".")[2]
    added = [file.path for file in files if file.status in ("added", "renamed")]
    return MovedPage(
        None,
        tuple(
            name for name in added if name.endswith(f".{ending}") and not name.startswith(FOLDER)
        ),
    )


def _changed_files(
    github: GitHub, newsletter: Newsletter, base: str, head: str
) -> tuple[newsletter_documents.BranchFile, ...]:
    """The files that differ between two commits; GitHub returns at most 300."""
    repository = newsletter.repository
    about = f"the changes on {newsletter.branch} of {repository}"
    path = f"/repos/{repository}/compare/{base}...{head}"
    return github.get(path, about, newsletter_documents.compared_files).data
