"""Checks an edition, a file or standard input: the work of `digest check`."""

import json
import sys
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from digest import text
from digest.compose import checks
from digest.compose.checks import CheckFacts, CheckSubject
from digest.editions import gather
from digest.editions.folder import find_edition, read_edition, read_saved
from digest.editions.request import Request
from digest.editions.update import EditionUpdate, update
from digest.errors import UsageError
from digest.files import editions, settings_files
from digest.files.editions import Edition
from digest.model.computed import Finding
from digest.model.edition_files import FACTS, SECTION
from digest.output import terminal
from digest.settings import Settings

FOUND = 4  # the exit code
STDIN = "-"


@dataclass(frozen=True)
class CheckedEdition:
    """A saved edition, with the findings in its section."""

    state: EditionUpdate
    findings: tuple[Finding, ...]

    @property
    def open_points(self) -> tuple[Finding, ...]:
        """The findings in the text, without those about the facts."""
        return tuple(finding for finding in self.findings if finding.line is not None)


def check_text(request: Request) -> int:
    """Print the findings in an edition or a file; the exit code is 4 if there are any.

    Raises UsageError for a text that cannot be read.
    """
    found = settings_files.find(request.config, Path.cwd())
    settings = found.loaded.settings
    if request.file is not None:
        if request.edition:
            raise UsageError("-e and FILE cannot be combined.", "Use one of them.")
        findings = check_file(request.file, settings)
        return _report(request, _name(request.file), findings)
    folder = gather.editions_folder(request.output, found) or found.output
    around = editions.find_editions(folder)
    edition = find_edition(request.edition, folder, around, request.command)
    checked = check_edition(edition, settings, folder, around, request)
    return _report(request, str(edition.folder / SECTION), checked.findings)


def check_edition(
    edition: Edition,
    settings: Settings,
    folder: Path,
    around: Sequence[Edition],
    request: Request,
) -> CheckedEdition:
    """An edition in a folder, checked; `around` are the editions there.

    Raises UsageError for an edition without a section.
    """
    snapshot, facts = read_saved(edition.folder / FACTS)
    saved = read_edition(snapshot, settings, folder, around, facts)
    section = saved.texts.section
    if section is None:
        raise UsageError(
            f"{edition.folder / SECTION} does not exist.",
            f"To write it: {request.command('render', '-e', edition.folder.name)}",
        )
    state = update(saved, snapshot, Request(), settings)
    others = (one for one in around if one.folder != edition.folder)
    known = CheckFacts(
        digest=state.digest,
        settings=settings,
        names=saved.repositories,
        now=gather.now(),
        elsewhere=frozenset(key for one in others for key in one.titles),
        options=request.given_files,
    )
    document = checks.read_document(section)
    subject = CheckSubject(document, known, _existing_pictures(document, edition.folder))
    ignore = {*settings.check.ignore, *state.marks.ignore}
    return CheckedEdition(state, checks.check_section(subject, ignore))


def check_file(file: str, settings: Settings) -> tuple[Finding, ...]:
    """The findings in a file, or in standard input, by the rules that need no facts.

    Raises UsageError for a file that cannot be read.
    """
    document = checks.read_document(_read(file))
    pictures = None if file == STDIN else _existing_pictures(document, Path(file).parent)
    return checks.check_section(CheckSubject(document, pictures=pictures), settings.check.ignore)


def _existing_pictures(document: checks.Document, folder: Path) -> frozenset[str]:
    """The pictures in a section's folder, and the other existing files that the section shows."""
    wanted = {checks.local_target(picture.target) for picture in document.pictures}
    # Upper and lower case must agree: a web server requires that, even if this disk does not.
    return editions.picture_names(folder) | {
        path for path in wanted if path and _exists(folder, path)
    }


def _exists(folder: Path, path: str) -> bool:
    file = folder / path
    try:
        return file.is_file() and file.name in {one.name for one in file.parent.iterdir()}
    except (OSError, ValueError):
        return False


def _name(file: str) -> str:
    return "Standard input" if file == STDIN else file


def _read(file: str) -> str:
    name = _name(file)
    if file == STDIN and sys.stdin is None:
        raise UsageError("Standard input is closed.", "Pipe a text into it, or give a file.")
    try:
        content = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
        return content.decode("utf-8-sig")
    except FileNotFoundError:
        raise UsageError(
            f"There is no file {file}.", "To check an edition: digest check -e 2021-W19"
        ) from None
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, ValueError):
        raise UsageError(f"{name} is not UTF-8 text.", "Save it as UTF-8.") from None


def _report(request: Request, name: str, findings: Collection[Finding]) -> int:
    if request.as_json:
        listed = [asdict(finding) for finding in findings]
        sys.stdout.write(
            json.dumps({"file": name, "findings": listed}, indent=2, ensure_ascii=False) + "\n"
        )
    else:
        sys.stdout.writelines(
            f"{line}\n" for line in terminal.fit_stdout(finding_lines(name, findings), "  ")
        )
    sys.stdout.flush()
    terminal.show(
        [terminal.hint(_summary(name, len(findings)))], is_below=bool(findings or request.as_json)
    )
    return FOUND if findings else 0


def finding_lines(name: str, findings: Collection[Finding]) -> list[str]:
    """One line for each finding: file, line, reason, fix and rule. A fix is not repeated."""
    cures = [finding.cure for finding in findings]
    return [
        text.plain(
            f"{name}:{f'{finding.line}:' if finding.line else ''} "
            f"{finding.reason} {f'{finding.cure} ' if finding.cure not in cures[:place] else ''}"
            f"[{finding.rule}]"
        )
        for place, finding in enumerate(findings)
    ]


def _summary(name: str, number: int) -> str:
    if not number:
        return f"{name}: nothing is left to do."
    return f"{number} {'finding' if number == 1 else 'findings'}."
