"""Writes the published text back to the edition's folder, so that both places have the same one."""

from pathlib import Path

from digest.compose import marks
from digest.compose.pictures import localize_pictures
from digest.editions.update import EditionUpdate
from digest.errors import DigestError
from digest.files import editions
from digest.files.replacement import ChangedFileError
from digest.model.edition_files import SECTION, EditionTexts
from digest.publishing.join import LocalEdition
from digest.publishing.paths import PublishPaths
from digest.publishing.plan import remove_private


def write_back(
    folder: Path,
    local: LocalEdition,
    new: EditionUpdate,
    paths: PublishPaths,
    *,
    repository: str,
    head: str,
) -> tuple[str, ...]:
    """Write the joined text and decisions to the folder, and keep them as published there.

    `repository` is the newsletter's, and `head` the last commit of its branch. Returns messages.
    """
    published = EditionTexts(marks=local.texts.marks, section=local.texts.section)
    message = _reason_to_keep(local, new, repository)
    if message is None:
        try:
            texts = _write(folder, local, new, paths)
            published = EditionTexts(marks=texts.marks, section=texts.section)
            message = _describe(folder, local, texts)
        except ChangedFileError:
            message = (
                f"A file in {folder} changed during the run, so digest did not copy the draft's "
                "text there. Run digest publish again."
            )
        except DigestError as error:
            message = f"The draft's text was not written to {folder}: {error.message}"
    return tuple(filter(None, [message, _remember(folder, published, head)]))


def _write(
    folder: Path, local: LocalEdition, new: EditionUpdate, paths: PublishPaths
) -> EditionTexts:
    texts = _local_texts(local, new, paths)
    pictures = {
        name: content for name, content in new.picture_files.items() if name not in local.pictures
    }
    editions.write_edition(folder, local.texts, texts, pictures, None)
    return texts


def _describe(folder: Path, local: LocalEdition, texts: EditionTexts) -> str | None:
    """A message if the section in the folder is new."""
    if texts.section == local.texts.section:
        return None
    was_edited = local.texts.section not in {None, local.texts.rendered}
    kept = "; your earlier version is in .history" if was_edited else ""
    return f"{folder / SECTION} now has the text of the draft{kept}."


def _remember(folder: Path, texts: EditionTexts, head: str) -> str | None:
    """Save the published texts.

    Returns a message if that fails, because the draft is published already.
    """
    try:
        editions.save_published(folder, texts, head)
    except DigestError as error:
        return (
            f"The draft is published, but digest could not save this in {folder}. The next run may "
            f"mistake its own text there for yours: {error.message}"
        )
    return None


def _reason_to_keep(local: LocalEdition, new: EditionUpdate, repository: str) -> str | None:
    """A message if the folder must not get the draft's text."""
    if new.snapshot.window != local.snapshot.window:
        return (
            "The draft covers another window than the folder, so digest did not change the folder."
        )
    if remove_private(local.snapshot, repository) != local.snapshot:
        # digest's text may quote the descriptions. The next run would take such a quotation for a
        # person's words.
        return "The draft lacks private descriptions, so digest did not change the folder."
    return None


def _local_texts(local: LocalEdition, new: EditionUpdate, paths: PublishPaths) -> EditionTexts:
    """The new texts for the folder, with links to its pictures, and with its comments."""
    link = paths.picture_link(new.snapshot.window)
    return EditionTexts(
        marks=marks.dump_marks(local.texts.marks, new.marks, new.saved.repositories).text,
        section=localize_pictures(new.section, link),
        rendered=localize_pictures(new.rendered, link),
    )
