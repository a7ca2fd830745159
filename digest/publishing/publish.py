"""`digest publish`: reads the newsletter, plans, writes and reports, in up to three tries."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from digest.editions.folder import find_edition
from digest.editions.gather import editions_folder
from digest.editions.request import Request
from digest.errors import DigestError, UsageError
from digest.files import editions, settings_files
from digest.github.client import GitHub, Watch
from digest.github.connection import address, find_token, login_command, token_variable
from digest.github.newsletter import carry_out, read_draft
from digest.github.writing import LostError, StaleError
from digest.model.newsletter import Outcome, edition_of
from digest.output import actions, terminal
from digest.output.progress import FetchingScreen
from digest.publishing.draft import Publication, prepare
from digest.publishing.join import LocalEdition
from digest.publishing.open_points import open_point_lines, page_url
from digest.publishing.paths import PublishPaths
from digest.publishing.plan import describe_outcome, describe_plan
from digest.publishing.sides import PublishTarget, read_local
from digest.publishing.write_back import write_back
from digest.settings import Settings, repository_name

TRIES = 3


@dataclass(frozen=True)
class PublishRequest:
    """The options of a run."""

    edition: str | None
    to: str | None
    path: str | None
    dry_run: bool
    ticks_only: bool
    pull: int | None
    output: str | None
    config: Path | None
    as_json: bool = False


def publish(request: PublishRequest) -> int:
    """Open or update the draft pull request of an edition, or print the plan. Return the exit code.

    Raises DigestError. A later run continues with what was written before the error.
    """
    if request.ticks_only != (request.pull is not None):
        raise UsageError(
            "Use --ticks-only and --pull together.",
            "For example: digest publish --ticks-only --pull 12",
        )
    config = settings_files.find(request.config, Path.cwd())
    settings = config.loaded.settings
    folder = editions_folder(request.output, config) or config.output
    editions.refuse_links(folder, config.file)
    around = editions.find_editions(folder)
    command = Request(config=request.config, output=request.output).command
    saved = None if request.ticks_only else find_edition(request.edition, folder, around, command)
    repository = _target_repository(request, settings)
    paths = PublishPaths(
        request.path or settings.publish.path, settings, is_option=bool(request.path)
    )
    templates = (config.file.parent if config.file else Path()) / "templates"
    with FetchingScreen(f"Reading {repository}") as watch:
        github = _connect(settings, watch, repository)
        target = PublishTarget(github, repository, paths, around, templates)
        edition = saved.folder.name if saved else _edition_of_draft(target, request.pull or 0)
        local = read_local(saved) if saved else None
        done = (_dry_run if request.dry_run else publish_edition)(target, edition, local)
    if isinstance(done, str):
        sys.stdout.write(terminal.fit_text(done))  # the bar would break its lines
        return 0
    publication, outcome = done
    written: tuple[str, ...] = ()
    if saved and local and publication.update:
        at_page = paths.at(publication.published.path)
        written = write_back(
            saved.folder,
            local,
            publication.update,
            at_page,
            repository=repository,
            head=outcome.head,
        )
    if request.as_json:
        sys.stdout.write(f"{json.dumps(_values(outcome))}\n")
    _report_to_actions(os.environ, publication, outcome)
    result = describe_outcome(outcome, edition, publication.section)
    lines = (*publication.messages, *outcome.messages, *written, *result)
    terminal.show(map(terminal.hint, lines), is_below=request.as_json)
    return 0


def publish_edition(
    target: PublishTarget, edition: str, local: LocalEdition | None
) -> tuple[Publication, Outcome]:
    """Read, plan and write an edition, in up to three tries if the newsletter changes.

    Raises DigestError.
    """
    interrupted = None
    for tries in range(1, TRIES + 1):
        publication = prepare(target, edition, local)
        plan, newsletter = publication.plan, publication.published.newsletter
        try:
            outcome = carry_out(
                plan, target.github, newsletter, publication.texts, publication.updated_body
            )
        except (StaleError, LostError):
            # The next try reads and merges the new changes.
            if tries == TRIES:
                raise
            interrupted = plan.operation
        else:
            break
    if interrupted and outcome.operation == "unchanged":
        outcome = replace(outcome, operation=interrupted)
    return publication, outcome


def _dry_run(target: PublishTarget, edition: str, local: LocalEdition | None) -> str:
    publication = prepare(target, edition, local)
    newsletter, body = publication.published.newsletter, None
    if newsletter.draft and publication.plan.updates_body:
        draft = read_draft(target.github, target.repository, newsletter.draft.number)
        body = publication.updated_body(draft.body)
    return describe_plan(publication.plan, newsletter, publication.texts, body)


def _target_repository(request: PublishRequest, settings: Settings) -> str:
    """The newsletter's repository: an option, a setting, or the workflow's own repository.

    Raises UsageError without any of them.
    """
    name = request.to or settings.publish.to or os.environ.get("GITHUB_REPOSITORY", "")
    if not name:
        raise UsageError(
            "The newsletter's repository is unknown.",
            "Use digest publish --to owner/newsletter, or set to = under [digest.publish].",
        )
    try:
        return repository_name(name)
    except ValueError as error:
        raise UsageError(f"--to {name!r} {error}.") from None


def _connect(settings: Settings, watch: Watch, repository: str) -> GitHub:
    """A client with the token of the environment. Raises DigestError without a token."""
    where = address(os.environ)
    token = find_token(os.environ, where.host)
    if token is None:
        raise DigestError(
            f"There is no token, so digest cannot write to {repository}.",
            f"Run: {login_command(where.host)}. Or put a fine-grained token into "
            f"{token_variable(where.host)} that may read and write Contents and Pull requests of "
            "that repository.",
        )
    return GitHub(where, token, settings.github, watch)


def _edition_of_draft(target: PublishTarget, number: int) -> str:
    """The edition of a draft pull request. Raises DigestError for any other pull request."""
    branch = read_draft(target.github, target.repository, number).branch
    edition = edition_of(branch)
    if edition is None:
        raise DigestError(
            f"Pull request {number} of {target.repository} is not a draft of digest: "
            f"its branch is {branch}.",
            "Use the number of a draft; its branch has a name like digest/2021-W19.",
        )
    return edition


def _values(outcome: Outcome) -> dict[str, str | int]:
    """The outcome of a run for programs, without empty values."""
    values = {"operation": outcome.operation, "pull_request": outcome.number, "url": outcome.url}
    return {name: value for name, value in values.items() if value}


def _report_to_actions(
    environ: Mapping[str, str], publication: Publication, outcome: Outcome
) -> None:
    section, body, points = publication.section, publication.body, publication.points
    count = body.digest.count if body else 0
    label = "The draft" if outcome.number else "Open the draft"
    link = f"[{label}]({outcome.url})" if outcome.url else ""
    newsletter = publication.published.newsletter
    page = page_url(newsletter.url, newsletter.branch, publication.published.path)
    result = {
        "operation": outcome.operation,
        "pull-request": outcome.number,
        "url": outcome.url,
    }
    actions.write_outputs(environ, result | actions.section_outputs(section, count, len(points)))
    lines = open_point_lines(points, page)
    actions.write_summary(environ, section, count, number=len(points), points=lines, link=link)
