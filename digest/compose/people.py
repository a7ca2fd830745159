"""People: who is a bot, and how a person is named in a section."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from digest import text
from digest.model import Markdown, Person, same_name
from digest.settings import PersonWords, Settings

NO_NAME = "TODO: name"
LEFT_OUT = "A contributor"
BOT = "A bot"
LONGEST_COMPANY = 5  # words
# What follows a comma in one company's name; any other comma separates two.
LEGAL_FORMS = set(
    "ab ag as bv co corp corporation gmbh inc incorporated limited llc ltd nv oy plc sa se".split()
)
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
    return person.is_bot or any(text.matches_glob(pattern, known_as or "") for pattern in patterns)


def byline(person: Person | None, settings: Settings) -> Markdown:
    """A person as a section names them: "First Last from Company", the name alone, or "TODO: name".

    The settings win over the profile. A login is never shown, also where a profile gives it as the
    name; nor is an e-mail address. Whoever is left out is "A contributor"; a bot has no name.
    """
    return text.inline(plain_byline(person, settings))


def plain_byline(person: Person | None, settings: Settings) -> str:
    """The same as untrusted text."""
    own = _settings_of(person, settings)
    if is_bot(person, settings.bots):
        return BOT
    if own.left_out:
        return LEFT_OUT
    name = own.name or display_name(person)
    if person is None or name is None:
        return NO_NAME
    works_for = employer(person, settings)
    return f"{name} from {works_for}" if works_for else name


def display_name(person: Person | None) -> str | None:
    """A person's name, or None if the profile gives none, only the login, or an email address."""
    name = " ".join((person.name or "").split()) if person else ""
    is_login = person is not None and same_name(name.removeprefix("@"), person.login or "")
    return None if not name or is_login or re.fullmatch(r"\S+@\S+\.\S+", name) else name


def employer(person: Person, settings: Settings) -> str | None:
    """The company of a person: what the settings say of them, else what the profile plainly says, by its alias."""
    own = _settings_of(person, settings).company
    return own or None if own is not None else company(person.company, settings.companies)


def company(profile: str | None, aliases: Mapping[str, str] | None = None) -> str | None:
    """The company in a profile's field if it is a plain value: "Spotify", "@spotify" (without the @, as written).

    None for a sentence, a role, a URL or several companies. An alias wins, whatever it stands for.
    """
    known = {written.casefold(): told for written, told in (aliases or {}).items()}
    value = " ".join((profile or "").split())
    plain = _plain_company(value)
    for written in (value, plain or ""):
        if written.casefold() in known:
            return known[written.casefold()] or None
    return plain


def anonymous_logins(settings: Settings) -> frozenset[str]:
    """The logins of those who are told as "A contributor"."""
    return frozenset(login for login, words in settings.people.items() if words.left_out)


def company_notices(people: Iterable[Person | None], settings: Settings) -> tuple[str, ...]:
    """What to look after in how these people are told: a company that stands as a handle, and companies not known."""
    told = {person: None for person in people if person and not is_bot(person, settings.bots)}
    seen = [person for person in told if not _settings_of(person, settings).left_out]
    return (*_handles(seen, settings), *_unknown(seen, settings))


def _plain_company(value: str) -> str | None:
    plain = value.removeprefix("@")
    words = [word.strip(".,()").casefold() for word in plain.split()]
    if (
        not any(letter.isalpha() for letter in plain)
        or len(words) > LONGEST_COMPANY
        or NO_COMPANY & set(words)
    ):
        return None
    if re.search(r"[@/|;:!?\\<>•·]|\bwww\.|\.\s+\S", plain) or (value != plain and " " in plain):
        return None
    if any(part.strip(" .").casefold() not in LEGAL_FORMS for part in plain.split(",")[1:]):
        return None
    return plain


def _handles(people: Iterable[Person], settings: Settings) -> tuple[str, ...]:
    """For each company that a profile gives as a handle, once: that it stands as written and wants a look."""
    told: dict[str, str] = {}
    for person in people:
        handle, name = text.plain(person.company or ""), employer(person, settings)
        if handle.startswith("@") and name == handle[1:] and (named := display_name(person)):
            told.setdefault(
                handle,
                f"The profile of {named} gives the company as {handle}, so it stands as {name!r}.",
            )
    return tuple(told.values())


def _unknown(people: Iterable[Person], settings: Settings) -> tuple[str, ...]:
    """One notice about everybody without a company, with the two lines for each to paste into the settings."""
    unknown = _without_company(people, settings)
    if not unknown:
        return ()
    named = [
        _settings_of(person, settings).name or display_name(person) or person.login or NO_NAME
        for person in unknown
    ]
    lines = company_settings(unknown, settings)
    paste = f' Paste into the settings what is known ("" for none):\n{lines}' if lines else ""
    return (f"No company is known of {text.plain(text.listed(named))}.{paste}",)


def company_settings(people: Iterable[Person], settings: Settings) -> str:
    """The lines of a settings file for those of these people whose company nobody knows.

    Empty where there are none.
    """
    unknown = dict.fromkeys(
        person.login for person in _without_company(people, settings) if person.login
    )
    return "\n".join(f'[digest.people.{_key(login)}]\ncompany = ""' for login in unknown)


def _without_company(people: Iterable[Person], settings: Settings) -> list[Person]:
    undecided = (person for person in people if _settings_of(person, settings).company is None)
    return [person for person in undecided if not employer(person, settings)]


def _key(login: str) -> str:
    plain = text.plain(login)
    return (
        plain if re.fullmatch(r"[A-Za-z0-9_-]+", plain) else json.dumps(plain, ensure_ascii=False)
    )


def _settings_of(person: Person | None, settings: Settings) -> PersonWords:
    login = (person.login or "") if person else ""
    return next(
        (words for key, words in settings.people.items() if same_name(key, login)), PersonWords()
    )
