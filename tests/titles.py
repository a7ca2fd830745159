"""Every person's title in the facts, with the heading and the sentence that a draft writes.

`make golden` writes tests/golden/titles.tsv; read the difference before committing it.
"""

from functools import cache
from pathlib import Path

from digest.compose import stories
from digest.compose.people import is_bot
from digest.compose.pictures import Album
from digest.model import Mark, Marks, Person, PullRequest
from digest.settings import Settings
from tests import history
from tests.builders import repository
from tests.shipped import shipped

GOLDEN = Path(__file__).parent / "golden" / "titles.tsv"
HEADER = "number\ttitle\theading\tsentence"


@cache
def rows() -> list[str]:
    """Return a line for each pull request by a person, oldest merge first.

    Each line calls the author {Who}.
    """
    settings = shipped()
    people = [pull for pull in history.pull_requests() if not is_bot(pull.author, settings.bots)]
    return [HEADER, *(_row(pull, settings) for pull in people)]


def text() -> str:
    """Return the rows as the file's text."""
    return "\n".join(rows()) + "\n"


def _row(pull: PullRequest, settings: Settings) -> str:
    somebody = Person(login=pull.author.login if pull.author else None, name="{Who}")
    anonymous = pull.model_copy(update={"author": somebody})
    marks = Marks(stories=(Mark(pull_requests=(pull.key,), by="digest"),))
    album = Album({pull.key: anonymous}, (), settings)
    (story,) = stories.write_stories(marks, album, [], settings, [repository()]).stories
    drafted = story.paragraphs[0].partition(" TODO: ")[0].replace(f"]({pull.url})", "]")
    sentence = drafted.replace(r"\{Who\}", "{Who}")
    return "\t".join((str(pull.number), " ".join(pull.title.split()), story.heading, sentence))


if __name__ == "__main__":
    GOLDEN.write_text(text(), "utf-8")
