"""Cassettes: what GitHub's API was asked and answered, as YAML that a person can read, without any secret.

Whatever was recorded from reads https://api.github.com: the `Server` header tells the stand-in from GitHub.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import vcr  # type: ignore[import-untyped]
import yaml
from vcr.request import Request  # type: ignore[import-untyped]

from digest.github.connection import GITHUB

CASSETTES = Path(__file__).parent / "cassettes"
KEPT = {"request": ("content-type",), "response": ("content-type", "link", "location", "retry-after", "server")}
LIMIT = "x-ratelimit-"
LOOPBACK = r"http://127\.0\.0\.1:\d+"


def cassettes(source: str = "graphql", mode: Literal["none", "once"] = "none", folder: Path = CASSETTES) -> vcr.VCR:
    """The recorder and player of the cassettes of one source; by default it plays and never records."""
    player = vcr.VCR(
        cassette_library_dir=str(folder / source),
        path_transformer=vcr.VCR.ensure_suffix(".yaml"),
        serializer="readable",
        record_mode=mode,
        # Two pages of one query differ in nothing but the body.
        # The parts of the address apart: libraries put its parameters in different orders.
        match_on=("method", "scheme", "host", "port", "path", "query", "body"),
        filter_headers=("authorization", "cookie"),
        decode_compressed_response=True,
        before_record_request=_request,
        before_record_response=_response,
    )
    player.register_serializer("readable", Readable)
    return player


class Readable:
    """YAML in which JSON is data and a query is text, a line a line."""

    @staticmethod
    def serialize(cassette: Mapping[str, Any]) -> str:
        """The file's text."""
        for interaction in cassette["interactions"]:
            asked = interaction["request"]
            asked["body"] = asked["body"] and _data(asked["body"])
            interaction["response"]["body"] = _data(interaction["response"]["body"]["string"])
        return str(yaml.dump(dict(cassette), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000))

    @staticmethod
    def deserialize(text: str) -> dict[str, Any]:
        """What vcrpy makes its requests and answers from."""
        cassette: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506  # both of its kinds are safe
        for interaction in cassette["interactions"]:
            asked = interaction["request"]
            asked["body"] = asked["body"] and _text(asked["body"])
            interaction["response"]["body"] = {"string": _text(interaction["response"]["body"])}
        return cassette


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Dumper(yaml.SafeDumper):
    """A value that holds no other containers stands on one line; a text of several lines is a block."""

    def represent_str(self, value: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)

    def represent_dict(self, data: Any) -> yaml.MappingNode:
        node = super().represent_dict(data)
        has_block = any(isinstance(value, (dict, list)) or "\n" in str(value) for value in data.values())
        node.flow_style = not has_block
        return node


_Dumper.add_representer(str, _Dumper.represent_str)
_Dumper.add_representer(dict, _Dumper.represent_dict)


def _data(body: str | bytes | None) -> object:
    text = body.decode("utf-8") if isinstance(body, bytes) else body or ""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _text(body: object) -> str:
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)


def _request(request: Request) -> Request:
    body = request.body.decode("utf-8") if isinstance(request.body, bytes) else request.body
    return Request(request.method, _public(request.uri), body and _public(body), _kept(request.headers, "request"))


def _response(response: dict[str, Any]) -> dict[str, Any]:
    headers = _kept(response["headers"], "response")
    return {
        "status": response["status"],
        "headers": {name: [_public(value) for value in values] for name, values in headers.items()},
        "body": {"string": _public(response["body"]["string"].decode("utf-8")).encode("utf-8")},
    }


def _kept(headers: Mapping[str, Any], side: str) -> dict[str, Any]:
    """A list of what stays is safer than one of what goes; sorted, so that the same answers are the same bytes."""
    kept = (name for name in headers if name.lower() in KEPT[side] or name.lower().startswith(LIMIT))
    return {name: headers[name] for name in sorted(kept, key=str.lower)}


def _public(text: str) -> str:
    return re.sub(LOOPBACK, GITHUB, text)
