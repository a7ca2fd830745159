"""Recognizes bots, and names people with their company or login."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Self

from digest import text
from digest.model import Markdown, Person, PullRequest, same_name
from digest.settings import PeopleStyle, PersonSettings, Settings

NO_NAME = "TODO: name"
GITHUB = "https://github.com"
SHOWS_COMPANY: Final = "name-company"
SHOWS_LOGIN = {"name-login", "login"}
LEFT_OUT = "A contributor"
BOT = "A bot"
LONGEST_COMPANY = 5  # words
NO_SETTINGS = PersonSettings()
# These may follow a comma in the name of one company; any other comma separates two.
LEGAL_FORMS = set(
    "ab ag as bv co corp corporation gmbh inc incorporated limited llc ltd nv oy plc sa se".split()
)
# Words of people who describe themselves or have no company.
NO_COMPANY = set(
    """architect at contractor currently dev developer developing engineer ex for former formerly
    founder freelance freelancer from hiring i i'm independent intern looking maintainer me my
    myself n/a na nil none previously programmer retired self self-employed student studying
    unemployed was with working""".split()
)


def is_bot(person: Person | None, patterns: Sequence[str]) -> bool:
    """Whether a person is a bot, by the type of the account or a pattern (`*` matches anything).

    Patterns are compared with the login in any case, or with the name if the login is unknown. A
    pattern after "!" is an exception. An unknown person is not a bot.
    """
    if person is None:
        return False
    login_or_name = person.login if person.login is not None else person.name
    return person.is_bot or _is_name_of_bot(login_or_name or "", tuple(patterns))


@lru_cache(maxsize=4096)
def _is_name_of_bot(name: str, patterns: tuple[str, ...]) -> bool:
    exceptions = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    return any(
        text.matches_glob(pattern, name) for pattern in patterns if pattern[:1] != "!"
    ) and not any(text.matches_glob(pattern, name) for pattern in exceptions)


def byline(
    person: Person | None, settings: Settings, site: str = GITHUB, *, in_code: bool = False
) -> Markdown:
    """A person in a section, in the style of the setting `people`.

    The settings win over the profile. A person without a name is "TODO: name (login)", or the login
    in the styles that show it; `in_code` puts the login after TODO into a code span. `site` is the
    address that profiles are below. An email address is never shown. People who want to stay
    anonymous are "A contributor", and bots have no company.
    """
    known = _Byline.of(person, settings)
    if known.login and settings.people in SHOWS_LOGIN:
        profile = text.link(text.inline(f"@{known.login}"), f"{site}/{known.login}")
        is_alone = settings.people == "login" or known.name is None
        return profile if is_alone else Markdown(f"{text.inline(known.name or '')} ({profile})")
    if known.name is None and known.login:
        login = text.code_span(known.login) if in_code else text.inline(known.login)
        return Markdown(f"{NO_NAME} ({login})")
    return text.inline(known.plain(settings.people))


def plain_byline(person: Person | None, settings: Settings, *, in_code: bool = False) -> str:
    """The byline as untrusted text; `in_code` puts the login after TODO between backticks."""
    known = _Byline.of(person, settings)
    if in_code and known.name is None and settings.people not in SHOWS_LOGIN:
        known = replace(known, login=known.login and f"`{known.login}`")
    return known.plain(settings.people)


def plain_name(person: Person | None, settings: Settings, *, in_code: bool = False) -> str:
    """The name alone, also that of a bot; without one the byline, with its login `in_code`."""
    known = _Byline.of(person, settings)
    if known.name is None and known.login and in_code:
        known = replace(known, login=f"`{known.login}`")
    return known.name or known.plain(settings.people)


def further_login(person: Person | None, settings: Settings) -> str | None:
    """The login if the byline shows only a name; None for people who stay anonymous."""
    known = _Byline.of(person, settings)
    return known.login if known.name and settings.people not in SHOWS_LOGIN else None


def fit_name(name: str, cells: int) -> str:
    """A plain name in exactly this many terminal cells; the login of an unknown name stays."""
    is_long = text.width(name) > cells
    return text.fit(name.removeprefix(f"{NO_NAME} ") if is_long else name, cells)


@dataclass(frozen=True)
class _Byline:
    """The parts of a byline; those that may not be shown are None."""

    name: str | None
    login: str | None = None
    company: str | None = None

    @classmethod
    def of(cls, person: Person | None, settings: Settings) -> Self:
        own = settings_of(person, settings)
        if is_bot(person, settings.bots):
            return cls(display_name(person) or (person and person.login) or BOT)
        if own.anonymous:
            return cls(LEFT_OUT)
        name = own.name or display_name(person)
        return cls(name, (person and person.login) or None, shown_company(person, settings))

    def plain(self, style: PeopleStyle) -> str:
        """The byline as untrusted text."""
        handle = f"@{self.login}" if self.login and style in SHOWS_LOGIN else None
        if handle and (style == "login" or self.name is None):
            return handle
        if self.name is None:
            return f"{NO_NAME} ({self.login})" if self.login else NO_NAME
        if handle:
            return f"{self.name} ({handle})"
        return f"{self.name} from {self.company}" if self.company else self.name


def site_of(pull: PullRequest) -> str:
    """The address of the GitHub that a pull request is on, such as "https://github.com"."""
    return pull.url.removesuffix(f"/{pull.repository}/pull/{pull.number}")


def display_name(person: Person | None) -> str | None:
    """A person's name, or None if the profile gives none, only the login, or an email address."""
    name = " ".join((person.name or "").split()) if person else ""
    is_login = person is not None and same_name(name.removeprefix("@"), person.login or "")
    return None if not name or is_login or re.fullmatch(r"\S+@\S+\.\S+", name) else name


def employer(person: Person, settings: Settings) -> str | None:
    """The company from the settings or, without one, a plain company name in the profile."""
    own = settings_of(person, settings).company
    return own or None if own is not None else company(person.company, settings.companies)


def shown_company(person: Person | None, settings: Settings) -> str | None:
    """The company that the section shows for a person; None if it shows none."""
    if person is None or settings.people != SHOWS_COMPANY:
        return None
    return employer(person, settings)


def company(profile: str | None, aliases: Mapping[str, str] | None = None) -> str | None:
    """The company in the field of a profile, "Spotify" or "@spotify", without the @.

    None for a sentence, a role, a URL or several companies. An alias replaces any of these.
    """
    names = {written.casefold(): name for written, name in (aliases or {}).items()}
    value = " ".join((profile or "").split())
    plain = _plain_company(value)
    for written in (value, plain or ""):
        if written.casefold() in names:
            return names[written.casefold()] or None
    return plain


def anonymous_logins(settings: Settings) -> frozenset[str]:
    """The logins of the people who are named "A contributor"."""
    return frozenset(login for login, words in settings.profiles.items() if words.anonymous)


def company_notices(people: Iterable[Person | None], settings: Settings) -> tuple[str, ...]:
    """Notices about companies given as a handle, and about unknown companies.

    There are none if the section shows no companies.
    """
    if settings.people != SHOWS_COMPANY:
        return ()
    named = {person: None for person in people if person and not is_bot(person, settings.bots)}
    credited = [person for person in named if not settings_of(person, settings).anonymous]
    return (*_handle_notices(credited, settings), *_unknown_company_notice(credited, settings))


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


def _handle_notices(people: Iterable[Person], settings: Settings) -> tuple[str, ...]:
    """One notice for each company handle, since its spelling may differ from the name."""
    notices: dict[str, str] = {}
    for person in people:
        handle, name = text.plain(person.company or ""), employer(person, settings)
        if handle.startswith("@") and name == handle[1:] and (named := display_name(person)):
            notices.setdefault(
                handle,
                f"The profile of {named} gives the company as {handle}, but the text has {name!r}.",
            )
    return tuple(notices.values())


def _unknown_company_notice(people: Iterable[Person], settings: Settings) -> tuple[str, ...]:
    """A notice about people without a company, with lines for digest.toml."""
    unknown = _without_company(people, settings)
    if not unknown:
        return ()
    names = [
        settings_of(person, settings).name or display_name(person) or person.login or NO_NAME
        for person in unknown
    ]
    lines = company_settings(unknown, settings)
    listed = text.plain(text.join_words(names))
    if len(names) == 1:
        notice, pronoun = f"The company of {listed} is unknown.", "it"
    else:
        notice, pronoun = f"The companies of {listed} are unknown.", "them"
    to_add = f'\nAdd {pronoun} to digest.toml (use "" for none):\n{lines}'
    return (notice + to_add if lines else notice,)


def company_settings(people: Iterable[Person], settings: Settings) -> str:
    """Settings for the people whose company is unknown.

    Empty if there are none or the section shows no companies.
    """
    if settings.people != SHOWS_COMPANY:
        return ""
    unknown = dict.fromkeys(
        person.login for person in _without_company(people, settings) if person.login
    )
    return "\n".join(f'[digest.profiles.{_key(login)}]\ncompany = ""' for login in unknown)


def _without_company(people: Iterable[Person], settings: Settings) -> list[Person]:
    undecided = (person for person in people if settings_of(person, settings).company is None)
    return [person for person in undecided if not employer(person, settings)]


def _key(login: str) -> str:
    plain = text.plain(login)
    return (
        plain if re.fullmatch(r"[A-Za-z0-9_-]+", plain) else json.dumps(plain, ensure_ascii=False)
    )


def settings_of(person: Person | None, settings: Settings) -> PersonSettings:
    """The settings of a person in `[digest.profiles]`."""
    login = (person.login or "") if person else ""
    return next(
        (words for key, words in settings.profiles.items() if same_name(key, login)), NO_SETTINGS
    )
