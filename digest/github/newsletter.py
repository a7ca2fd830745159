"""A newsletter's repository on GitHub: reads an edition's branch and draft, and writes a plan.

It also finds a page that a person moved on the branch.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from digest.errors import DigestError, TryLaterError
from digest.github import faults, newsletter_documents
from digest.github.client import GitHub, Question
from digest.github.graphql_answers import Selected
from digest.github.newsletter_answers import (
    BlobNode,
    Head,
    NewsletterAnswer,
    NewsletterFilesAnswer,
    TreeNode,
)
from digest.github.newsletter_writer import NewsletterWriter
from digest.github.queries import read_query, repository_field
from digest.model import same_name
from digest.model.newsletter import (
    FOLDER,
    Blob,
    Draft,
    DraftTexts,
    Newsletter,
    Outcome,
    Plan,
    branch_of,
    commit_title,
    edition_of,
    oid,
)

PAGE = 100
MAX_PAGES = 5
BLOB = "... on Blob { oid isBinary isTruncated text }"
TREE = "... on Tree { entries { name mode } }"
SYMBOLIC_LINK = 0o120000  # git's mode


def read_newsletter(
    github: GitHub, repository: str, edition: str, paths: Sequence[str]
) -> Newsletter:
    """The repository, an edition's branch and pull request, and the files with these paths.

    All files are from the same commit. Raises DigestError, also for a repository without commits.
    """
    owner, _, name = repository.partition("/")
    branch = branch_of(edition)
    question = Question(
        read_query("newsletter"),
        NewsletterAnswer,
        {"owner": owner, "name": name, "ref": f"refs/heads/{branch}"},
    )
    found = _ask_whole(github, question, repository).repository
    if found is None:
        raise faults.not_found(repository)
    name = found.name_with_owner
    if found.default_branch_ref is None:
        raise DigestError(f"{name} has no commits yet.", "Add a first file to it.")
    newsletter = Newsletter(
        repository=name,
        url=found.url,
        default_branch=found.default_branch_ref.name,
        default_head=_read_head(found.default_branch_ref, name),
        branch=branch,
        head=_read_head(found.ref, name) if found.ref else None,
        draft=_read_own_draft(github, name, branch),
        open_drafts=_read_other_drafts(github, name, branch),
    )
    return read_files(github, newsletter, paths)


def read_files(github: GitHub, newsletter: Newsletter, paths: Iterable[str]) -> Newsletter:
    """The newsletter with more of its files, read at the same commit as before.

    Raises DigestError, also for a file that is a symbolic link or in a folder that is one.
    """
    head = newsletter.head or newsletter.default_head
    names = list(dict.fromkeys(paths))
    folders = sorted({folder for name in names for folder in _folders(name)})
    fields = [
        _files_field("head", newsletter.repository, head, names, BLOB),
        _files_field("folders", newsletter.repository, head, folders, TREE),
        _files_field("base", newsletter.repository, newsletter.default_head, names, "__typename"),
        _ahead_field(newsletter),
    ]
    question = Question(f"query BranchFiles {{\n{''.join(fields)}}}\n", NewsletterFilesAnswer)
    found = _ask_whole(github, question, newsletter.repository)
    if found.head is None or found.base is None or found.folders is None:
        raise faults.not_found(newsletter.repository)
    trees = {folders[_place(alias)]: tree for alias, tree in found.folders.parts.items() if tree}
    _refuse_links(newsletter, names, trees)
    files = {
        names[_place(alias)]: _read_blob(github, newsletter.repository, blob)
        for alias, blob in found.head.parts.items()
        if blob
    }
    on_default = {names[_place(alias)] for alias, entry in found.base.parts.items() if entry}
    return replace(
        newsletter,
        files={**newsletter.files, **files},
        on_default=newsletter.on_default | on_default,
        own_commits=0 if newsletter.head is None else _count_own_commits(found),
    )


def read_draft(github: GitHub, repository: str, number: int) -> Draft:
    """The current state of a pull request.

    Raises DigestError, also if its branch is in another repository.
    """
    about = f"pull request {number} of {repository}"
    path = f"/repos/{repository}/pulls/{number}"
    found = github.get(path, about, newsletter_documents.draft).data
    if not same_name(found.head_repository or "", repository):
        raise DigestError(
            f"Pull request {number} of {repository} is not a draft of digest: "
            "its branch is in another repository."
        )
    return found.draft


def read_drafts(github: GitHub, repository: str) -> Mapping[str, Draft]:
    """The pull request of each edition by its name: the open one, else the last one.

    Raises DigestError.
    """
    drafts: dict[str, Draft] = {}
    # The newest comes first.
    for draft in _list_drafts(github, repository, "all", github.watch.progress):
        edition = edition_of(draft.branch) or ""
        if edition not in drafts or (draft.state == "open" != drafts[edition].state):
            drafts[edition] = draft
    return drafts


def lacks_label(github: GitHub, repository: str, draft: Draft | None, label: str) -> bool:
    """Whether a pull request never had the label; False if a person removed it."""
    if draft is None or not label or label.casefold() in map(str.casefold, draft.labels):
        return False
    about = f"pull request {draft.number} of {repository}"
    # digest adds its label right after it opens a draft, so the first page has the event.
    added = github.get(
        f"/repos/{repository}/issues/{draft.number}/events",
        about,
        newsletter_documents.added_labels,
        per_page=PAGE,
    ).data
    return label.casefold() not in map(str.casefold, added)


def carry_out(
    plan: Plan,
    github: GitHub,
    newsletter: Newsletter,
    texts: DraftTexts,
    update_body: Callable[[str], str | None],
) -> Outcome:
    """Write the plan, each write once.

    `update_body` gets the body of the open pull request right before the write, and returns the new
    one or None. Raises writing.StaleError if the branch changed in the meantime, and
    writing.LostError if an answer is missing: after both, read the newsletter again. After any
    DigestError, the next run continues with what was written.
    """
    writer = NewsletterWriter(github, newsletter, plan.count_writes(texts))
    head = plan.head
    if plan.branch_at:
        writer.create_branch(plan.branch_at)
    if plan.files:
        head = writer.commit(plan.head, plan.files, texts.message)
    outcome = _update_draft(writer, plan, texts, update_body)
    return replace(outcome, head=head)


def _update_draft(
    writer: NewsletterWriter,
    plan: Plan,
    texts: DraftTexts,
    update_body: Callable[[str], str | None],
) -> Outcome:
    github, newsletter = writer.github, writer.newsletter
    if plan.opens:
        return writer.open_draft(plan, texts)
    draft = newsletter.draft
    if draft is None:
        return Outcome(plan.operation, None, None, plan.messages)
    if plan.updates_body:
        body = update_body(read_draft(github, newsletter.repository, draft.number).body)
        if body is not None:
            writer.replace_body(draft.number, body)
    messages = writer.add_label(draft.number, texts.label) if plan.labels else ()
    return Outcome(plan.operation, draft.number, draft.url, (*plan.messages, *messages))


def _read_own_draft(github: GitHub, repository: str, branch: str) -> Draft | None:
    owner = repository.partition("/")[0]
    about = f"the pull requests of {repository}"
    fields: Mapping[str, str | int] = {
        "head": f"{owner}:{branch}",
        "state": "all",
        "per_page": PAGE,
    }
    pulls = github.get(f"/repos/{repository}/pulls", about, newsletter_documents.drafts, **fields)
    drafts = [pull.draft for pull in pulls.data]
    return next(
        (draft for draft in drafts if draft.state == "open"),
        max(drafts, key=lambda draft: draft.number, default=None),
    )


def _read_other_drafts(github: GitHub, repository: str, branch: str) -> tuple[Draft, ...]:
    """The open drafts of other editions, the newest edition first."""
    drafts = _list_drafts(github, repository, "open")
    others = (draft for draft in drafts if draft.branch != branch)
    return tuple(sorted(others, key=lambda draft: draft.branch, reverse=True))


def _list_drafts(
    github: GitHub,
    repository: str,
    state: str,
    show: Callable[[int, int], object] = lambda *_: None,
) -> list[Draft]:
    """The drafts in a state; `show` gets the number of pages that are read, and of all."""
    drafts: list[Draft] = []
    for page in range(1, MAX_PAGES + 1):
        fields: Mapping[str, str | int] = {"state": state, "per_page": PAGE, "page": page}
        pulls = github.get(
            f"/repos/{repository}/pulls",
            f"the pull requests of {repository}",
            newsletter_documents.drafts,
            **fields,
        )
        drafts += [
            pull.draft
            for pull in pulls.data
            if same_name(pull.head_repository or "", repository) and edition_of(pull.draft.branch)
        ]
        show(page, min(pulls.last or page, MAX_PAGES))
        if not pulls.has_next:
            break
    return drafts


def _files_field(
    alias: str, repository: str, commit: str, names: Sequence[str], fields: str
) -> str:
    objects = [
        f"    f{place}: object(expression: {json.dumps(f'{commit}:{name}')}) {{ {fields} }}\n"
        for place, name in enumerate(names)
    ]
    return f"  {alias}: {repository_field(repository)} {{\n    __typename\n{''.join(objects)}  }}\n"


def _folders(path: str) -> Sequence[str]:
    """The folders that a path leads through; the first is "", the repository's own folder."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(len(parts))]


def _refuse_links(
    newsletter: Newsletter, paths: Iterable[str], folders: Mapping[str, TreeNode]
) -> None:
    links = {
        f"{folder}/{entry.name}".lstrip("/")
        for folder, tree in folders.items()
        for entry in tree.entries or ()
        if entry.mode == SYMBOLIC_LINK
    }
    for path in paths:
        for part in (*_folders(path), path):
            if part in links:
                branch = newsletter.branch if newsletter.head else newsletter.default_branch
                raise DigestError(
                    f"{part} on the branch {branch} is a symbolic link. digest does not publish "
                    "links, so it published nothing.",
                    "Replace the link with the file.",
                )


def _place(alias: str) -> int:
    return int(alias.removeprefix("f"))


def _ahead_field(newsletter: Newsletter) -> str:
    head = newsletter.default_branch if newsletter.head is None else newsletter.branch
    comparison = f"compare(headRef: {json.dumps(head)}) {{ aheadBy }}"
    field = repository_field(newsletter.repository)
    return f"  ahead: {field} {{ defaultBranchRef {{ {comparison} }} }}\n"


def _ask_whole(github: GitHub, question: Question[Selected], repository: str) -> Selected:
    """The data of an answer from which a permission withholds nothing.

    A file that the token may not read must not look like a missing one.
    """
    answer = github.ask(question, repository)
    for part in answer.withheld:
        if part.kind != "not found":
            raise faults.withheld_error(part, repository)
    return answer.data


def _read_head(ref: Head, repository: str) -> str:
    if ref.target is None:
        raise TryLaterError(
            f"GitHub did not return the last commit of the branch {ref.name} of {repository}.",
            "Run the command again.",
        )
    return ref.target.oid


def _count_own_commits(found: NewsletterFilesAnswer) -> int | None:
    branch = found.ahead and found.ahead.default_branch_ref
    return branch.compare.ahead_by if branch and branch.compare else None


def _read_blob(github: GitHub, repository: str, blob: BlobNode) -> Blob:
    if blob.is_binary:
        return Blob(blob.oid, None)
    if blob.text is not None and oid(blob.text.encode()) == blob.oid:
        return Blob(blob.oid, blob.text)
    # GraphQL truncates long texts, such as the facts of a busy month, and may leave a text out. It
    # replaces what is not UTF-8.
    path = f"/repos/{repository}/git/blobs/{blob.oid}"
    content = github.get(path, f"the files of {repository}", newsletter_documents.blob).data
    with suppress(UnicodeDecodeError):
        return Blob(blob.oid, None if b"\0" in content else content.decode())
    return Blob(blob.oid, None)


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
