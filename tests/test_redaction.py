"""A token that a server or a proxy echoes is hidden in every form and place."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from digest.errors import DigestError
from digest.github.redaction import HIDDEN, hide_credentials, hide_token, token_forms
from tests.builders import REPOSITORY
from tests.cli import run
from tests.fetching import FULL, world
from tests.scripted import TOKEN, FakeWatch, ask, client, fails, graphql, reply, scripted
from tests.standin import Fault, StandIn

# No piece of it is in any fact of the tests.
UNUSUAL = "qzxjvkwqpyzxqjw"
ODD = 'ma"de/up+to=ken\\1'


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda token: token,
    "in a URL": lambda token: f"https://me:{quote(token, safe='')}@github.com/a/b",
    "in Base64": encoded,
    "in Base64 for a URL": lambda token: base64.urlsafe_b64encode(token.encode()).decode(),
    "as a basic login": lambda token: encoded(f"x-access-token:{token}"),
    "as another basic login": lambda token: encoded(f"{token}:x-oauth-basic"),
    "as a third basic login": lambda token: encoded(f"me:{token}:"),
}


def shows(text: str, token: str) -> bool:
    """Whether a part of a token, as long as six characters, shows in a text or in its Base64."""
    pieces = [token[start : start + 6] for start in range(len(token) - 5)]
    texts = [text]
    for word in text.replace("-", "+").replace("_", "/").split():
        for start in range(4):
            whole = word[start:].rstrip("=")
            whole = whole[: len(whole) // 4 * 4]
            try:
                texts.append(base64.b64decode(whole, validate=True).decode("latin-1"))
            except ValueError:
                continue
    return any(piece in text for text in texts for piece in pieces)


@pytest.mark.parametrize("token", [TOKEN, ODD])
@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_a_token_is_hidden(form: str, token: str) -> None:
    written = FORMS[form](token)
    assert form == "in a URL" or shows(written, token)
    for text in (written, json.dumps(written), json.dumps(written).replace("/", "\\/")):
        clean = hide_token(text, token_forms(token))
        assert HIDDEN in clean
        assert not shows(clean, token)


@pytest.mark.parametrize("token", ["x", "ab", "abcd"])
def test_a_short_token_leaves_other_words_whole(token: str) -> None:
    assert hide_token("Nothing here, e.g. YQ== and eA==.", token_forms(token)) == (
        "Nothing here, e.g. YQ== and eA==."
    )


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("see https://a.example/b, or c@d.example", "see https://a.example/b, or c@d.example"),
        ("no https://me:secret@a.example/b there", "no https://[hidden]@a.example/b there"),
        ("no https://secret@a.example", "no https://[hidden]@a.example"),
        ("no https://me:se/cr@et@a.example", "no https://[hidden]@a.example"),
    ],
)
def test_what_comes_before_the_at_sign_of_a_url_is_hidden(text: str, clean: str) -> None:
    assert hide_credentials(text) == clean


@pytest.mark.sample(every=3)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("before", ["", "x" * 190])
def test_an_error_that_echoes_the_token_does_not_show_it(form: str, before: str) -> None:
    """Not even half of it is shown if the message is cut."""
    message = f"{before} {FORMS[form](TOKEN)}"
    nested = {"type": "FORBIDDEN", "path": ["a", "b"], "message": message}
    watch = FakeWatch()
    replies = [
        reply(400, {"message": message}),
        reply(502, {"message": message}),
        graphql({"type": "undefinedField", "message": message}),
    ]
    for answer in replies:
        with scripted(answer) as script:
            error = fails(client(script.url, watch=watch, patience=1))
        assert not shows(f"{error.message} {error.hint} {watch.waits}", TOKEN)
    with scripted(graphql(nested, data={"hello": "world"})) as script:
        (part,) = ask(client(script.url)).withheld
    assert not shows(part.message, TOKEN)
    with scripted(replies[0]) as script, pytest.raises(DigestError) as caught:
        client(script.url).write("a/b", lambda repository: repository.create_pull("a", "b"))
    assert not shows(f"{caught.value.message} {vars(caught.value)}", TOKEN)


@pytest.mark.usefixtures("empty_folder")
def test_a_withheld_part_that_echoes_the_token_shows_it_on_no_screen_and_in_no_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    echo = f"No. {'x' * 180} {UNUSUAL}, https://me:{UNUSUAL}@a.example"
    path = ["repository", "pullRequests", "nodes", 0, "labels"]
    withheld = {"type": "FORBIDDEN", "path": path, "message": echo}
    with StandIn(world(FULL), token=UNUSUAL) as github:
        monkeypatch.setenv("GITHUB_API_URL", github.url)
        monkeypatch.setenv("GH_TOKEN", github.token)
        github.faults.append(
            Fault("Listed", errors=[withheld], nulls=["repository.pullRequests.nodes.0.labels"])
        )
        seen = run("week", "--repo", REPOSITORY)
    texts = [file.read_text("utf-8") for file in Path("editions").rglob("*") if file.is_file()]
    assert len(texts) >= 4
    assert "No. xxx" in "".join(texts)
    assert not shows("\n".join([seen.out, seen.err, *texts]), UNUSUAL)
