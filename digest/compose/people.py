"""People: who is a bot, and how a person is named in a section."""

import re
from collections.abc import Iterable, Sequence

from digest import text
from digest.model import Markdown, Person

NO_NAME = "TODO: name"
LONGEST_COMPANY = 5  # words
# What follows a comma in one company's name; any other comma separates two.
LEGAL_FORMS = set("ab ag as bv co corp corporation gmbh inc incorporated limited llc ltd nv oy plc sa se".split())
# Words of a sentence about somebody, and of what people write who have no company.
NO_COMPANY = set(
    """architect at contractor currently dev developer developing engineer ex for former formerly founder freelance
    freelancer from hiring i i'm independent intern looking maintainer me my myself n/a na nil none previously
    programmer retired self self-employed student studying unemployed was with working""".split()
)


def is_bot(person: Person | None, patterns: Sequence[str]) -> bool:
    """Tell whether a person is a bot: by the account's type, then by the patterns (`*` stands for anything).

    A pattern is compared with the login in any case; with the name only where no login is known
    (a git history has names, "dependabot[bot]" among them). Nobody is no bot.
    """
    if person is None:
        return False
    known_as = person.login if person.login is not None else person.name
    return person.is_bot or any(fits(pattern, known_as or "") for pattern in patterns)


def fits(pattern: str, value: str) -> bool:
    """Tell whether the whole value is what the pattern says, in any case; `*` stands for anything, also for nothing."""
    # Not fnmatch: to it, the brackets of "*[bot]" are a choice of letters.
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), value, re.IGNORECASE | re.DOTALL) is not None


def who(person: Person | None) -> Markdown:
    """A person as a section names them: "First Last from Company", the name alone, or "TODO: name".

    A login is never shown, also where a profile gives it as the name; nor is an e-mail address.
    """
    name = _name(person)
    if person is None or name is None:
        return text.inline(NO_NAME)
    works_for = company(person.company)
    return text.inline(f"{name} from {works_for}" if works_for else name)


def company(profile: str | None) -> str | None:
    """The company in a profile's field if it is a plain value: "Spotify", "@spotify" (without the @, as written).

    None for a sentence, a role, a URL or several companies.
    """
    value = " ".join((profile or "").split())
    plain = value.removeprefix("@")
    words = [word.strip(".,()").casefold() for word in plain.split()]
    if not any(letter.isalpha() for letter in plain) or len(words) > LONGEST_COMPANY or NO_COMPANY & set(words):
        return None
    if re.search(r"[@/|;:!?\\<>•·]|\bwww\.|\.\s+\S", plain) or (value != plain and " " in plain):
        return None
    if any(part.strip(" .").casefold() not in LEGAL_FORMS for part in plain.split(",")[1:]):
        return None
    return plain


def name(person: Person | None) -> str | None:
    """A person's name, None where the profile gives none, or only the login or an e-mail address."""
    return _name(person)


def handle_notices(people: Iterable[Person | None]) -> tuple[str, ...]:
    """For each company that a profile gives as a handle, once: that it stands as written and wants a look."""
    told: dict[str, str] = {}
    for person in people:
        handle = " ".join((person.company or "").split()) if person else ""
        if handle.startswith("@") and (name := company(handle)) and (named := _name(person)):
            told.setdefault(handle, f"The profile of {named} gives the company as {handle}, so it stands as {name!r}.")
    return tuple(told.values())


def _name(person: Person | None) -> str | None:
    name = " ".join((person.name or "").split()) if person else ""
    is_login = person is not None and name.removeprefix("@").casefold() == (person.login or "").casefold()
    return None if not name or is_login or re.fullmatch(r"\S+@\S+\.\S+", name) else name
