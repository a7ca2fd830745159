"""Record and play cassettes: YAML files of requests to GitHub's API and its answers, without secrets.

All addresses in them read https://api.github.com. The `Server` header shows whether the fake GitHub
or GitHub answered.
"""

import base64
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
KEPT = {
    "request": ("content-type",),
    "response": ("content-type", "link", "location", "retry-after", "server"),
}
LIMIT = "x-ratelimit-"
LOOPBACK = r"http://127\.0\.0\.1:\d+"
# About the most characters in a line: for a mapping, and for an item of a list such as a pull request.
SHORT = 300
ITEM = 1500


def cassettes(mode: Literal["none", "once"] = "none", folder: Path = CASSETTES) -> vcr.VCR:
    """Return a recorder and player of cassettes, which by default only plays."""
    player = vcr.VCR(
        cassette_library_dir=str(folder),
        path_transformer=vcr.VCR.ensure_suffix(".yaml"),
        serializer="readable",
        record_mode=mode,
        # Two pages of one query differ only in the body. Libraries put the parameters of an address in
        # different orders, so its parts are compared separately.
        match_on=("method", "scheme", "host", "port", "path", "query", "body"),
        filter_headers=("authorization", "cookie"),
        decode_compressed_response=True,
        before_record_request=_request,
        before_record_response=_response,
    )
    player.register_serializer("readable", Readable)
    return player


class Readable:
    """YAML with JSON as data, a query in lines, and a committed file as text."""

    @staticmethod
    def serialize(cassette: Mapping[str, Any]) -> str:
        """Return the file's text."""
        interactions = [
            _Block(
                request=one["request"]
                | {"body": one["request"]["body"] and _data(one["request"]["body"])},
                response=_Block(one["response"], body=_data(one["response"]["body"]["string"])),
            )
            for one in cassette["interactions"]
        ]
        block = _Block(cassette, interactions=interactions)
        return str(
            yaml.dump(block, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
        )

    @staticmethod
    def deserialize(text: str) -> dict[str, Any]:
        """Return the requests and answers as vcrpy needs them."""
        cassette: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506  # both of its kinds are safe
        for interaction in cassette["interactions"]:
            asked = interaction["request"]
            asked["body"] = asked["body"] and _text(asked["body"])
            interaction["response"]["body"] = {"string": _text(interaction["response"]["body"])}
        return cassette


class _Block(dict[str, Any]):
    """A mapping with one line for each value."""

    most = 0


class _Item(dict[str, Any]):
    """A mapping in a list, on one line."""

    most = ITEM


class _File(str):
    """The text of a file that is committed; GitHub takes it in Base64."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Short mappings share a line, an item of a list has one, a text of several lines is a block."""

    def represent_str(self, value: str) -> yaml.ScalarNode:
        tag = "!base64" if isinstance(value, _File) else "tag:yaml.org,2002:str"
        return self.represent_scalar(tag, value, style="|" if "\n" in value else None)

    def represent_dict(self, data: Any) -> yaml.MappingNode:
        node = super().represent_dict(data)
        node.flow_style = _is_one_line(data, getattr(data, "most", SHORT))
        return node

    def represent_list(self, data: Any) -> yaml.SequenceNode:
        items = [_Item(one) if type(one) is dict else one for one in data]
        node = super().represent_list(items)
        node.flow_style = _is_one_line(data, SHORT if len(data) == 1 else 0)
        return node


for _text_kind in (str, _File):
    _Dumper.add_representer(_text_kind, _Dumper.represent_str)
for _mapping_kind in (dict, _Block, _Item):
    _Dumper.add_representer(_mapping_kind, _Dumper.represent_dict)
_Dumper.add_representer(list, _Dumper.represent_list)

_Loader: Any = type("_Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})
_Loader.add_constructor("!base64", lambda _, node: base64.b64encode(node.value.encode()).decode())


def _is_one_line(data: object, most: int) -> bool:
    text = json.dumps(data, ensure_ascii=False)
    return len(text) <= most and r"\n" not in text


def _data(body: str | bytes) -> object:
    text = body.decode("utf-8") if isinstance(body, bytes) else body
    try:
        return json.loads(text, object_hook=_decoded)
    except ValueError:
        return text


def _decoded(found: dict[str, Any]) -> dict[str, Any]:
    """Return a committed file as its text."""
    return (
        found | {"contents": _File(base64.b64decode(found["contents"]).decode())}
        if "contents" in found
        else found
    )


def _text(body: object) -> str:
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)


def _request(request: Request) -> Request:
    body = request.body.decode("utf-8") if isinstance(request.body, bytes) else request.body
    return Request(
        request.method,
        _public(request.uri),
        body and _public(body),
        _kept(request.headers, "request"),
    )


def _response(response: dict[str, Any]) -> dict[str, Any]:
    headers = _kept(response["headers"], "response")
    return {
        "status": response["status"],
        "headers": {name: [_public(value) for value in values] for name, values in headers.items()},
        "body": {"string": _public(response["body"]["string"].decode("utf-8")).encode("utf-8")},
    }


def _kept(headers: Mapping[str, Any], side: str) -> dict[str, Any]:
    """Return the allowed headers, sorted, so that the same answers are the same bytes."""
    kept = (
        name for name in headers if name.lower() in KEPT[side] or name.lower().startswith(LIMIT)
    )
    return {name: headers[name] for name in sorted(kept, key=str.lower)}


def _public(text: str) -> str:
    return re.sub(LOOPBACK, GITHUB, text)
