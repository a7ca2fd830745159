"""Pictures from untrusted links: the allowed requests, and the guards against all others."""

import gc
import gzip
import logging
import re
import socket
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import run

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import __version__
from digest.pictures.downloads import THE_WEB, Downloads, Fetched, Missing
from digest.pictures.web import Web, is_public, look_up, parse_link
from digest.settings import Pictures
from tests.standin.pictures import STORE, Certificate, Hosts, Proxy, Said, leads_to, said

pytestmark = pytest.mark.slow

PNG = b"\x89PNG\r\n\x1a\n and more"
LINK = "https://github.com/user-attachments/assets/1"
PLAIN = "its address is not plain https"
GITHUB = ("github.com", "*.githubusercontent.com")
STORES = ("github-production-user-asset-*.s3.amazonaws.com",)
PROXIES = [f"{scheme}_proxy" for scheme in ("http", "https", "all", "no")]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.made(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def hosts(certificate: Certificate) -> Iterator[Hosts]:
    with Hosts(certificate) as hosts:
        yield hosts


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*PROXIES, "requests_ca_bundle", "curl_ca_bundle"]:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(autouse=True)
def _nobody_stays() -> Iterator[None]:
    """Close the connections that a test abandoned, so that they do not affect the next test."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(2)


def rules(
    allowed: Sequence[str] = GITHUB,
    redirects: Sequence[str] = STORES,
    largest: int = 1,
    together: int = 2,
) -> Pictures:
    return Pictures(
        save=True,
        hosts=tuple(allowed),
        redirect_hosts=tuple(redirects),
        max_mb=largest,
        max_total_mb=together,
        max_per_pull_request=10,
    )


@dataclass
class Names:
    """A resolver that knows every name, and records the lookups."""

    addresses: Sequence[str] = ("127.0.0.1",)
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        if not self.addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self.addresses


def anywhere(address: str) -> bool:
    return bool(address)


@dataclass
class Desk:
    """Downloads from the hosts on loopback."""

    hosts: Hosts
    certificate: Certificate

    def downloads(
        self,
        names: Callable[[str], Sequence[str]] | None = None,
        timeout: float = 5,
        with_rules: Pictures | None = None,
    ) -> Downloads:
        web = Web(names or Names(), anywhere, self.hosts.port, str(self.certificate.trusted))
        return Downloads(with_rules or rules(), timeout, web)

    def fetch(
        self, answer: Said, link: str = LINK, with_rules: Pictures | None = None
    ) -> Fetched | Missing:
        self.hosts.answers[link.removeprefix("https://")] = answer
        return self.downloads(with_rules=with_rules).fetch(link)

    def targets(self) -> list[str]:
        return [one.url for one in self.hosts.asked]


@pytest.fixture
def desk(hosts: Hosts, certificate: Certificate) -> Desk:
    return Desk(hosts, certificate)


def test_the_log_has_the_address_without_secrets_and_the_time(
    desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("DEBUG", logger="digest.pictures.web")
    monkeypatch.setattr(logging.getLogger("digest"), "propagate", True)
    desk.fetch(said(body=PNG), f"{LINK}?signature=secret")
    assert re.fullmatch(rf"GET {LINK}: 200, \d\.\d s", caplog.messages[0])


# Answers


def test_a_picture_is_fetched_completely(desk: Desk) -> None:
    large = PNG + bytes(900_000)
    assert desk.fetch(said(body=large)) == Fetched(large, "png")


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (PNG, "png"),
        (b"\xff\xd8\xff\xe0 and more", "jpg"),
        (b"GIF87a and more", "gif"),
        (b"GIF89a and more", "gif"),
        (b"RIFF\n\x00\n\xffWEBPVP8 and more", "webp"),
        (b"", None),
        (b"\x89PNG", None),
        (b"\x89PNG\n\x1a\n", None),
        (b" " + PNG, None),
        (b"\xff\xd8", None),
        (b"GIF88a", None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<!doctype html>", None),
        (b"\x00\x00\x00\x1cftypavif", None),
        pytest.param(gzip.compress(PNG, mtime=0), None, id="gzip"),
    ],
)
def test_only_the_first_bytes_decide_the_kind_of_a_picture(
    desk: Desk, content: bytes, ending: str | None
) -> None:
    lies = said(
        body=content,
        content_type="image/png" if ending != "png" else "text/html",
        content_encoding="gzip",
    )
    expected = Fetched(content, ending) if ending else Missing("it is not a PNG, JPEG, GIF or WebP")
    assert desk.fetch(lies) == expected


def test_a_request_names_the_program_and_no_person(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (".netrc", "_netrc"):
        (tmp_path / name).write_text("default login editor password made-up\n", encoding="utf-8")
        (tmp_path / name).chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("GITHUB_TOKEN", "made-up")
    desk.hosts.answers[f"{STORE}/1?X-Amz-Signature=abc"] = said(body=PNG)
    answer = leads_to(f"https://{STORE}/1?X-Amz-Signature=abc#part")
    answer = Said(
        [
            answer.pieces[0].replace(
                b"\r\n", b"\r\nset-cookie: session=1; domain=amazonaws.com\r\n", 1
            )
        ]
    )
    assert isinstance(desk.fetch(answer, LINK), Fetched)
    assert [(one.name, one.method, one.target, one.headers) for one in desk.hosts.asked] == [
        (
            host,
            "GET",
            target,
            {
                "host": host,
                "user-agent": f"merged-last-week/{__version__}",
                "accept-encoding": "identity",
            },
        )
        for host, target in (
            ("github.com", "/user-attachments/assets/1"),
            (STORE, "/1?X-Amz-Signature=abc"),
        )
    ]


# Links


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        ("https://github.com", "https://github.com/"),
        ("HTTPS://GitHub.COM/A", "https://github.com/A"),
        ("https://github.com:443/a", "https://github.com/a"),
        ("https://github.com./a", "https://github.com/a"),
        ("https://github.com?a=/b", "https://github.com/?a=/b"),
        ("https://github.com/a?b=https://c@d#e?f", "https://github.com/a?b=https://c@d"),
        ("https://github.com#@evil.example/", "https://github.com/"),
        ("https://github.com?@evil.example/", "https://github.com/?@evil.example/"),
        ("https://github.com/a//evil.example/[b", "https://github.com/a//evil.example/%5Bb"),
        ("https://github.com/@evil.example", "https://github.com/@evil.example"),
        ("https://github.com/%2e%2e/a%2Fb", "https://github.com/%2E%2E/a%2Fb"),
        ("https://github.com/%zz", "https://github.com/%25zz"),
        ("https://github.com/ü", "https://github.com/%C3%BC"),
        ("https://github.com/\ud800", "https://github.com/%ED%A0%80"),
        ("https://raw.githubusercontent.com/a", "https://raw.githubusercontent.com/a"),
        ("https://a_b.-c-.githubusercontent.com/a", "https://a_b.-c-.githubusercontent.com/a"),
    ],
)
def test_unusual_links_to_an_allowed_host_work(
    hosts: Hosts, certificate: Certificate, link: str, asked: str
) -> None:
    names = Names()
    fetched = Desk(hosts, certificate).downloads(names).fetch(link)
    if "a_b" in link:  # a certificate for *.githubusercontent.com does not cover deeper names
        assert fetched == Missing("the certificate of a_b.-c-.githubusercontent.com is not trusted")
    else:
        assert fetched == Missing(f"{names.asked[0]} answered 404: it was deleted or is private")
        assert [one.url for one in hosts.asked] == [asked]


PLAINLY_REFUSED = [
    "",
    "https",
    "https:",
    "https://",
    "https:///a",
    "https:github.com/a",
    "https:/github.com/a",
    "//github.com/a",
    "/a",
    "github.com/a",
    "http://github.com/a",
    "ftp://github.com/a",
    "file:///etc/passwd",
    "data:image/png;base64,iVBORw0KGgo=",
    "javascript:alert(1)",
    "https+unix://github.com/a",
    " https://github.com/a",
    "https://github.com/a b",
    "https://github.com/a\n",
    "https://git\thub.com/a",
    "https://github.com\r\nHost: evil.example/",
    "https://github.com/\x00",
    "https://github.com/\x7f",
    "https://github.com/\x85",
    "https://github.com/\xa0",
    "https://github.com\\@evil.example/",
    "https://evil.example\\.github.com/",
    "https:\\\\github.com/a",
    "https://github.com@evil.example/",
    "https://github.com:443@evil.example/",
    "https://editor:secret@github.com/",
    "https://@github.com/",
    "https://:@github.com/",
    "https://github.com:8443/",
    "https://github.com:80/",
    "https://github.com:/",
    "https://github.com:-443/",
    "https://github.com:99999999/",
    "https://github.com:\u0664\u0664\u0663/",
    "https://github.com:443:443/",
    "https://github.com:x/",
    "https://github%2ecom/",
    "https://%67ithub.com/",
    "https://github.com%2f@evil.example/",
    "https://github.com%00.evil.example/",
    "https://github\u3002com/",
    "https://github\uff0ecom/",
    "https://github\uff61com/",
    "https://g\u0456thub.com/",
    "https://\u24d6ithub.com/",
    "https://github.com\u2215.evil.example/",
    "https://evil.example\uff0f.github.com/",
    "https://b\u00fccher.example/",
    "https://" + "\u00fc" * 70 + ".example/",
    "https://\ud800.example/",
    "https://github.com//evil.example/a",
    "https://github.com//[evil/a",
    "https://github..com/",
    "https://.github.com/",
    "https://github.com../",
    "https://./",
    "https://*.githubusercontent.com/",
    "https://[::1/",
    "https://::1]/",
    "https://[]/",
    "https://[:]/",
    "https://[v1.a]/",
    "https://[github.com]/",
    "https://[::1]github.com/",
    "https://[::1].github.com/",
    "https://[fe80::1%25eth0]/",
    "https://[127.0.0.1]/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.0x1/",
    "https://0177.0.0.1/",
    "https://127.0.0.1.1/",
    "https://256.0.0.1/",
    "https://github.com.1/",
    f"https://{'a' * 64}.githubusercontent.com/",
    f"https://{'a.' * 130}githubusercontent.com/",
    f"https://github.com/{'a' * 8000}",
]


def test_an_unusual_link_is_refused_even_if_every_host_is_allowed() -> None:
    names = Names(addresses=())
    downloads = Downloads(rules(["*"], ["*"]), 1, Web(names, anywhere))
    assert [link for link in PLAINLY_REFUSED if downloads.fetch(link) != Missing(PLAIN)] == []
    assert names.asked == []


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://evil.example/github.com", "evil.example"),
        ("https://github.com.evil.example/a?secret=1", "github.com.evil.example"),
        ("https://evilgithub.com/", "evilgithub.com"),
        ("https://githubusercontent.com/", "githubusercontent.com"),
        ("https://GIST.github.com/", "gist.github.com"),
        (
            "https://raw.githubusercontent.com.evil.example/",
            "raw.githubusercontent.com.evil.example",
        ),
        ("https://xn--githb-mva.com/", "xn--githb-mva.com"),
        (f"https://{STORE}/1", STORE),
        ("https://localhost/", "localhost"),
        ("https://127.0.0.1/", "127.0.0.1"),
        ("https://[::FFFF:7f00:1]/", str(parse_link("https://[::ffff:127.0.0.1]").host)),  # type: ignore[union-attr]
        (f"https://{'long-' * 12}.{'long-' * 12}.example/", "long-" * 11 + "long…"),
    ],
)
def test_a_first_link_leads_only_to_the_hosts_of_the_settings(link: str, host: str) -> None:
    names = Names()
    reason = f"it is on {host}, which the settings do not allow"
    assert (Downloads(rules(), 1, Web(names, anywhere)).fetch(link), names.asked) == (
        Missing(reason),
        [],
    )


PIECES = st.sampled_from(
    "https:// http:// // / \\ @ : :443 :80 ? # [ ] [::1] %2e %00 . .. 。 github.com GITHUB.COM evil.example "
    "raw.githubusercontent.com 127.0.0.1 0x7f.1 ü xn-- * ; = & \ud800".split()
)


@given(st.booleans(), st.lists(PIECES | st.text(max_size=3), max_size=8).map("".join))
def test_no_link_causes_a_lookup_of_another_host(begins_well: bool, rest: str) -> None:  # noqa: FBT001
    names = Names(addresses=())
    link = f"https://{rest}" if begins_well else rest
    assert isinstance(Downloads(rules(), 5, Web(names, anywhere)).fetch(link), Missing)
    assert [
        host
        for host in names.asked
        if host != "github.com" and not host.endswith(".githubusercontent.com")
    ] == []


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_githubs_store_of_pictures_is_followed(desk: Desk, status: int) -> None:
    desk.hosts.answers[f"{STORE}/1?X-Amz-Signature=abc"] = said(body=PNG)
    assert desk.fetch(leads_to(f"https://{STORE}/1?X-Amz-Signature=abc", status)) == Fetched(
        PNG, "png"
    )
    assert [one.method for one in desk.hosts.asked] == ["GET", "GET"]


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        ("/other?a#b", "https://github.com/other?a"),
        ("2", "https://github.com/user-attachments/assets/2"),
        ("?a", "https://github.com/user-attachments/assets/1?a"),
        ("../../../../up", "https://github.com/up"),
        ("//raw.githubusercontent.com/a", "https://raw.githubusercontent.com/a"),
        ("https://github.com:443/b", "https://github.com/b"),
    ],
)
def test_a_redirect_may_be_relative(desk: Desk, location: str, asked: str) -> None:
    desk.hosts.answers[asked.removeprefix("https://")] = said(body=PNG)
    assert desk.fetch(leads_to(location)) == Fetched(PNG, "png")
    assert desk.targets() == [LINK, asked]


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        (
            "https://evil.example/?token=1",
            "github.com redirects to evil.example, which the settings do not allow",
        ),
        (
            "//evil.example/",
            "github.com redirects to evil.example, which the settings do not allow",
        ),
        (
            "https://127.0.0.1/",
            "github.com redirects to 127.0.0.1, which the settings do not allow",
        ),
        (f"http://{STORE}/1?secret", "github.com redirects to an address that is not plain https"),
        (
            "https://github.com@evil.example/",
            "github.com redirects to an address that is not plain https",
        ),
        ("https://github.com:22/", "github.com redirects to an address that is not plain https"),
        ("\\\\evil.example/a", "github.com redirects to an address that is not plain https"),
        ("//[evil", "github.com redirects to an address that is not plain https"),
        ("//evil]", "github.com redirects to an address that is not plain https"),
        (
            "//\u24d6ithub.com".encode().decode("latin-1"),
            "github.com redirects to an address that is not plain https",
        ),
        ("file:///etc/passwd", "github.com redirects to an address that is not plain https"),
    ],
)
def test_a_redirect_elsewhere_is_refused(desk: Desk, location: str, reason: str) -> None:
    assert desk.fetch(leads_to(location)) == Missing(reason)
    assert desk.targets() == [LINK]


def test_redirects_end(desk: Desk) -> None:
    for number in range(1, 9):
        desk.hosts.answers[f"github.com/{number}"] = leads_to(f"/{number + 1}")
    desk.hosts.answers["github.com/9"] = said(body=PNG)
    downloads = desk.downloads()
    assert downloads.fetch("https://github.com/4") == Fetched(PNG, "png")
    assert len(desk.hosts.asked) == 6
    desk.hosts.asked.clear()
    assert downloads.fetch("https://github.com/3") == Missing("it has more than 5 redirects")
    assert len(desk.hosts.asked) == 6


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (said(404), "github.com answered 404: it was deleted or is private"),
        (said(503, PNG), "github.com answered 503"),
        (said(302), "github.com answered 302"),
        (said(304, location="/x"), "github.com answered 304"),
        (said(206, PNG), "github.com answered 206"),
    ],
)
def test_any_other_answer_is_not_a_picture(desk: Desk, answer: Said, reason: str) -> None:
    assert desk.fetch(answer) == Missing(reason)
    assert desk.targets() == [LINK]


# Addresses


PUBLIC = [
    "140.82.121.4",
    "185.199.108.133",
    "2606:50c0:8000::154",
    "2a00:1450:4001::1",
    "64:ff9b::8c52:7904",  # NAT64 of 140.82.121.4
]
PRIVATE = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.9",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:140.82.121.4",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::a00:1",
    "64:ff9b:1::8c52:7904",
    "100::1",
    "2001::1",  # Teredo
    "2001:2::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%2",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]


def test_public_addresses_are_recognized() -> None:
    assert [one for one in [*PUBLIC, *PRIVATE] if is_public(one)] == PUBLIC


@pytest.mark.parametrize(
    "addresses",
    [("10.0.0.1",), ("140.82.121.4", "169.254.169.254"), ("::ffff:127.0.0.1",), ("fe80::1%2",)],
    ids=str,
)
def test_a_host_with_any_private_address_gets_no_request(addresses: Sequence[str]) -> None:
    names = Names(addresses)
    # The tests' guard reports any connection.
    downloads = Downloads(rules(), 1, Web(names))
    reason = Missing("github.com has a private address")
    assert (downloads.fetch(LINK), downloads.fetch(LINK), names.asked) == (
        reason,
        reason,
        ["github.com"],
    )


def test_a_redirect_to_a_private_address_is_not_followed(desk: Desk) -> None:
    desk.hosts.answers[LINK.removeprefix("https://")] = leads_to(f"https://{STORE}/")
    names = {"github.com": ["127.0.0.1"], STORE: ["10.0.0.1"]}.__getitem__
    web = Web(names, lambda one: one == "127.0.0.1", desk.hosts.port, str(desk.certificate.trusted))
    assert Downloads(rules(), 5, web).fetch(LINK) == Missing(f"{STORE} has a private address")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "169.254.169.254", "[fd00::1]", "[::ffff:10.0.0.1]"]
)
@pytest.mark.parametrize("proxy", [None, "http://127.0.0.1:9"])
def test_a_bare_private_address_gets_no_request(
    host: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
    names = Names()
    fetched = Downloads(rules(["*"]), 1, Web(names)).fetch(f"https://{host}/latest/meta-data")
    assert isinstance(fetched, Missing)
    assert fetched.reason.endswith(" has a private address")
    assert names.asked == []


def test_a_bare_public_address_gets_a_request(hosts: Hosts, certificate: Certificate) -> None:
    names = Names()
    desk = Desk(hosts, certificate)
    fetched = desk.downloads(names, with_rules=rules(["127.0.0.1", "::1"])).fetch(
        "https://127.0.0.1./a"
    )
    assert fetched == Missing(
        "the certificate of 127.0.0.1 is not trusted"
    )  # the request reached the host, whose certificate has names
    assert names.asked == []


def test_each_host_is_looked_up_once_and_the_checked_address_gets_the_connection(
    desk: Desk,
) -> None:
    """The guard of the tests would refuse a second lookup."""
    checked: list[str] = []

    def check(address: str) -> bool:
        checked.append(address)
        return len(checked) <= 2

    desk.hosts.answers[LINK.removeprefix("https://")] = leads_to(f"https://{STORE}/1")
    desk.hosts.answers[f"{STORE}/1"] = said(body=PNG)
    names = Names()
    web = Web(names, check, desk.hosts.port, str(desk.certificate.trusted))
    assert Downloads(rules(), 5, web).fetch(LINK) == Fetched(PNG, "png")
    assert (names.asked, checked) == (["github.com", STORE], ["127.0.0.1", "127.0.0.1"])


def test_the_next_address_is_tried_if_the_first_does_not_answer(desk: Desk) -> None:
    desk.hosts.answers[LINK.removeprefix("https://")] = said(body=PNG)
    names = Names(["::1", "::1", "127.0.0.1"])
    assert desk.downloads(names).fetch(LINK) == Fetched(PNG, "png")
    assert len(desk.hosts.asked) == 1


def test_the_system_looks_names_up_and_the_real_web_is_the_default() -> None:
    assert set(look_up("localhost")) <= {"127.0.0.1", "::1"}
    assert Web(look_up, is_public, 443, None) == THE_WEB


# Trust


def test_an_untrusted_certificate_is_refused(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Certificate.made(tmp_path)
    web = Web(Names(), anywhere, desk.hosts.port, str(other.trusted))
    untrusted = Missing("the certificate of github.com is not trusted")
    assert Downloads(rules(), 5, web).fetch(LINK) == untrusted
    by_itself = Web(Names(), anywhere, desk.hosts.port)
    assert Downloads(rules(), 5, by_itself).fetch(LINK) == untrusted
    (tmp_path / "folder").mkdir()
    monkeypatch.setenv("CURL_CA_BUNDLE", str(tmp_path / "folder"))
    assert Downloads(rules(), 5, by_itself).fetch(LINK) == untrusted
    assert desk.hosts.asked == []


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_companys_certificates_are_trusted_as_in_requests(
    desk: Desk, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CURL_CA_BUNDLE", "nowhere")
    monkeypatch.setenv(variable, str(desk.certificate.trusted))
    desk.hosts.answers[LINK.removeprefix("https://")] = said(body=PNG)
    assert Downloads(rules(), 5, Web(Names(), anywhere, desk.hosts.port)).fetch(LINK) == Fetched(
        PNG, "png"
    )


def test_a_certificate_for_another_name_is_refused(desk: Desk) -> None:
    fetched = desk.downloads(with_rules=rules(["*.example"])).fetch("https://pictures.example/1")
    assert fetched == Missing("the certificate of pictures.example is not trusted")
    assert desk.hosts.asked == []


# Sizes

MOST = 10**6


def chunked(content: bytes, *, whole: bool = True) -> Said:
    start = said(content_length="", transfer_encoding="chunked").pieces[0]
    pieces = [content[begin : begin + 50_000] for begin in range(0, len(content), 50_000)]
    return Said(
        [
            start,
            *(f"{len(one):x}\r\n".encode() + one + b"\r\n" for one in pieces),
            *[b"0\r\n\r\n"] * whole,
        ]
    )


def with_length(content: bytes) -> Said:
    return said(body=content)


def until_its_end(content: bytes) -> Said:
    return said(body=content, content_length="")


@pytest.mark.parametrize("put", [with_length, chunked, until_its_end])
def test_a_picture_may_be_as_large_as_the_setting(desk: Desk, put: Callable[[bytes], Said]) -> None:
    most = PNG.ljust(MOST, b".")
    assert desk.fetch(put(most)) == Fetched(most, "png")
    assert desk.fetch(put(most + b".")) == Missing("it is larger than 1 MB")


def test_a_too_large_length_is_refused_before_the_content(desk: Desk) -> None:
    start = said(body=PNG, content_length=str(MOST + 1)).pieces[0]
    assert desk.fetch(Said([start, b""], pause=60)) == Missing("it is larger than 1 MB")


@pytest.mark.parametrize(
    "answer",
    [
        said(body=PNG, content_length=str(len(PNG) + 1)),
        chunked(PNG, whole=False),
        Said([chunked(PNG).pieces[0], b"ff\r\n" + PNG]),
        Said([chunked(PNG).pieces[0], b"no number\r\n" + PNG]),
    ],
)
def test_an_incomplete_picture_is_refused(desk: Desk, answer: Said) -> None:
    assert desk.fetch(answer) == Missing("the connection to github.com was lost")


def test_bytes_after_the_end_of_a_picture_are_ignored(desk: Desk) -> None:
    assert desk.fetch(said(body=PNG + b"more", content_length=str(len(PNG)))) == Fetched(PNG, "png")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello",
        b"HTTP/1.1 999999 no\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"x" * 70_000,
        b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200 + b"\r\n",
    ],
    ids=lambda answer: repr(answer)[:30],
)
def test_a_broken_answer_affects_only_its_link(desk: Desk, answer: bytes) -> None:
    desk.hosts.answers |= {"github.com/odd": Said([answer]), "github.com/1": said(body=PNG)}
    downloads = desk.downloads()
    assert downloads.fetch("https://github.com/odd") == Missing(
        "the connection to github.com was lost"
    )
    assert downloads.fetch("https://github.com/1") == Fetched(PNG, "png")


def test_a_picture_with_two_lengths_is_refused(desk: Desk) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ResourceWarning
        )  # urllib3 leaves the socket of such an answer to the garbage collector
        assert desk.fetch(said(content_length="5, 6")) == Missing(
            "the connection to github.com was lost"
        )
        gc.collect(1)


def test_a_run_fetches_no_more_than_the_settings_allow(desk: Desk) -> None:
    large, small = PNG.ljust(900_000), PNG
    for name, content in (("large", large), ("none", large[1:]), ("small", small)):
        desk.hosts.answers[f"github.com/{name}"] = said(body=content)
    downloads = desk.downloads()
    enough = Missing("a run downloads at most 2 MB; the next run continues")
    assert downloads.fetch("https://github.com/large") == Fetched(large, "png")
    assert downloads.fetch("https://github.com/none") == Missing(
        "it is not a PNG, JPEG, GIF or WebP"
    )
    assert downloads.fetch("https://github.com/large") == enough
    assert downloads.fetch("https://github.com/small") == Fetched(small, "png")
    desk.hosts.answers["github.com/large"] = chunked(large)
    assert downloads.fetch("https://github.com/large") == enough
    assert len(desk.hosts.asked) == 5
    assert [downloads.fetch(f"https://github.com/{name}") for name in ("large", "small")] == [
        enough,
        enough,
    ]
    assert len(desk.hosts.asked) == 5


# Time

SLOW = Missing("github.com took longer than 0.3 s")


def hurried(work: Callable[[], Fetched | Missing]) -> Fetched | Missing:
    begun = time.monotonic()
    came = work()
    assert time.monotonic() - begun < 2
    return came


@pytest.mark.sample(every=4)
@pytest.mark.parametrize(
    "answer",
    [
        Said([b"HTTP/1.1 200 OK\r\n", b""], pause=60),
        Said([bytes([one]) for one in b"HTTP/1.1 200 OK\r\nx: " + b"y" * 500], pause=0.02),
        Said([b"HTTP/1.1 100 Continue\r\n\r\n"] * 500, pause=0.01),
        Said([said(body=PNG, content_length="1000").pieces[0], *[b"."] * 500], pause=0.02),
    ],
    ids=["silence", "headers byte by byte", "no end of beginnings", "a body byte by byte"],
)
def test_a_whole_picture_has_a_time_limit(desk: Desk, answer: Said) -> None:
    desk.hosts.answers[LINK.removeprefix("https://")] = answer
    downloads = desk.downloads(timeout=0.3)
    assert hurried(lambda: downloads.fetch(LINK)) == SLOW
    assert hurried(lambda: downloads.fetch("https://github.com/other")) == SLOW
    assert set(desk.targets()) <= {LINK}


def test_a_slow_large_picture_does_not_block_its_host(desk: Desk) -> None:
    slow = Said(
        [said(body=PNG, content_length="900000").pieces[0], *[b"." * 70_000] * 12], pause=0.15
    )
    desk.hosts.answers |= {LINK.removeprefix("https://"): slow, "github.com/1": said(body=PNG)}
    downloads = desk.downloads(timeout=0.4)
    assert hurried(lambda: downloads.fetch(LINK)) == Missing("github.com took longer than 0.4 s")
    assert downloads.fetch("https://github.com/1") == Fetched(PNG, "png")


def test_redirects_share_the_time_limit_of_one_picture(desk: Desk) -> None:
    for number in range(5):
        desk.hosts.answers[f"github.com/{number}"] = Said(
            [b"", *leads_to(f"/{number + 1}").pieces], pause=0.1
        )
    assert hurried(lambda: desk.downloads(timeout=0.3).fetch("https://github.com/0")) == SLOW
    assert len(desk.hosts.asked) < 5


def test_an_endless_lookup_is_abandoned() -> None:
    forever = threading.Event()

    def names(host: str) -> Sequence[str]:
        forever.wait()
        return [host]

    downloads = Downloads(rules(), 0.3, Web(names, anywhere))
    assert hurried(lambda: downloads.fetch(LINK)) == SLOW
    forever.set()


def test_a_silent_host_is_abandoned(certificate: Certificate) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        web = Web(Names(), anywhere, silent.getsockname()[1], str(certificate.trusted))
        assert hurried(lambda: Downloads(rules(), 0.3, web).fetch(LINK)) == SLOW


def test_an_abandoned_request_does_not_delay_the_end_of_the_program() -> None:
    code = """if True:
        import threading
        from digest.pictures.downloads import Downloads, Web
        from digest.settings import Pictures
        rules = Pictures(save=True, hosts=("github.com",), redirect_hosts=(), max_mb=1, max_total_mb=1, max_per_pull_request=1)
        print(Downloads(rules, 0.05, Web(lambda host: threading.Event().wait())).fetch("https://github.com/"))
        """
    ended = run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=20
    )
    assert (ended.stdout, ended.stderr) == (
        "Missing(reason='github.com took longer than 0.05 s')\n",
        "",
    )


@pytest.mark.parametrize(
    "addresses", [[], ["::1", "127.0.0.1"]], ids=["no such name", "nobody listens"]
)
def test_an_unreachable_host_gets_one_request(addresses: Sequence[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    names = Names(addresses)
    downloads = Downloads(rules(), 5, Web(names, anywhere, port))
    lost = Missing("github.com could not be reached")
    assert [downloads.fetch(link) for link in (LINK, "https://github.com/other", LINK)] == [
        lost
    ] * 3
    assert downloads.fetch("https://raw.githubusercontent.com/") == Missing(
        "raw.githubusercontent.com could not be reached"
    )
    assert names.asked == ["github.com", "raw.githubusercontent.com"]


def test_a_redirect_to_an_unreachable_host_ends_there(desk: Desk) -> None:
    def names(host: str) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if host == "github.com" else []

    asked: list[str] = []
    desk.hosts.answers[LINK.removeprefix("https://")] = leads_to(f"https://{STORE}/1?secret")
    downloads = desk.downloads(names)
    lost = Missing(f"{STORE} could not be reached")
    assert [downloads.fetch(LINK), downloads.fetch(LINK)] == [lost, lost]
    assert asked == ["github.com", STORE, "github.com"]


def test_a_programming_mistake_is_not_hidden() -> None:
    def names(host: str) -> Sequence[str]:
        raise KeyError(host)

    with pytest.raises(KeyError):
        Downloads(rules(), 5, Web(names, anywhere)).fetch(LINK)


# Proxies


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_proxy_looks_names_up_and_is_the_only_one_to_get_its_password(
    desk: Desk, variable: str, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.hosts.answers[LINK.removeprefix("https://")] = leads_to(f"https://{STORE}/1")
    desk.hosts.answers[f"{STORE}/1"] = said(body=PNG)
    names = Names()
    with Proxy(desk.hosts.port) as proxy:
        monkeypatch.setenv(variable, f"{scheme}editor:p%40ss@127.0.0.1:{proxy.port}")
        assert desk.downloads(names).fetch(LINK) == Fetched(PNG, "png")
    assert names.asked == []
    assert proxy.tunnels.hosts == [f"github.com:{desk.hosts.port}", f"{STORE}:{desk.hosts.port}"]
    assert proxy.tunnels.credentials == ["Basic ZWRpdG9yOnBAc3M="] * 2
    assert [(one.name, sorted(one.headers)) for one in desk.hosts.asked] == [
        (host, ["accept-encoding", "host", "user-agent"]) for host in ("github.com", STORE)
    ]


def test_rules_and_certificates_also_hold_behind_a_proxy(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.hosts.answers[LINK.removeprefix("https://")] = leads_to("https://evil.example/")
    with Proxy(desk.hosts.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        downloads = desk.downloads(with_rules=rules([*GITHUB, "*.other"]))
        assert downloads.fetch(LINK) == Missing(
            "github.com redirects to evil.example, which the settings do not allow"
        )
        assert downloads.fetch("https://a.other/") == Missing(
            "the certificate of a.other is not trusted"
        )
    assert [host.partition(":")[0] for host in proxy.tunnels.hosts] == ["github.com", "a.other"]
    assert proxy.tunnels.credentials == [None, None]


@pytest.mark.parametrize(
    "proxy",
    [
        "http://editor:secret@127.0.0.1:{refusing}",
        "http://editor:secret@127.0.0.1:{closed}",
        "https://editor:secret@127.0.0.1:{hosts}",
        "socks5://editor:secret@127.0.0.1:{closed}",
        "http://editor:\u0448@127.0.0.1:{refusing}",
        "http://editor:secret@[127.0.0.1:{closed}",
    ],
)
def test_a_failing_proxy_is_named_without_its_password(
    desk: Desk, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        ports = {"closed": closed.getsockname()[1], "hosts": desk.hosts.port}
    with Proxy(desk.hosts.port, refuses=407) as refusing:
        monkeypatch.setenv("HTTPS_PROXY", proxy.format(refusing=refusing.port, **ports))
        assert desk.downloads().fetch(LINK) == Missing(
            "github.com could not be reached through the proxy"
        )
    assert desk.hosts.asked == []


def test_a_proxy_can_be_excluded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.hosts.answers[LINK.removeprefix("https://")] = said(body=PNG)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "example.com,github.com")
    assert desk.downloads().fetch(LINK) == Fetched(PNG, "png")
