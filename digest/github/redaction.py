"""Removes tokens and passwords from texts that come from outside."""

import base64
import json
import re
from urllib.parse import quote

HIDDEN = "[token]"
WORD = re.compile(r"\S+")
# A shorter piece of a token's Base64 could be part of an innocent word.
SHORTEST = 8


def token_forms(token: str) -> tuple[str, ...]:
    """The ways in which a reply may write a token, the longest first.

    As it is, quoted for JSON or a URL, and in Base64, alone or in the middle of a longer text such
    as "user:token".
    """
    encoded = base64.b64encode(token.encode()).decode()
    forms = {encoded, *(_base64_inside(token, offset) for offset in range(3))}
    forms |= {form.replace("+", "-").replace("/", "_") for form in forms}
    forms |= {quote(form, safe="") for form in forms}
    forms = {form for form in forms if len(form) >= SHORTEST}
    forms |= {token, quote(token, safe="")}
    forms |= {json.dumps(form)[1:-1].replace("/", "\\/") for form in forms}
    forms |= {json.dumps(token)[1:-1]}
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


def _base64_inside(token: str, offset: int) -> str:
    """The characters that the token alone decides when `offset` bytes, modulo 3, come before it."""
    encoded = base64.b64encode(b"\0" * offset + token.encode()).decode()
    first, end = -(-8 * offset // 6), 8 * (offset + len(token)) // 6
    return encoded[first:end]


def hide_token(text: str, forms: tuple[str, ...]) -> str:
    """The text with HIDDEN for each of a token's forms."""
    for form in forms:
        text = text.replace(form, HIDDEN)
    return text


def hide_credentials(text: str) -> str:
    """The text with `[hidden]` for what comes before the @ in a URL."""
    return WORD.sub(_without_credentials, text)


def _without_credentials(word: re.Match[str]) -> str:
    head, colon, tail = word[0].partition("://")
    return f"{head}{colon}[hidden]@{tail.rpartition('@')[2]}" if "@" in tail else word[0]
