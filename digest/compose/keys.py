"""Keys of pull requests, `owner/name#n`, as people read them."""

from collections.abc import Sequence


def repository(key: str) -> str:
    """The repository of a key: "backstage/backstage"."""
    return key.rpartition("#")[0]


def short(keys: Sequence[str], others: Sequence[str] = ()) -> str:
    """Keys in a sentence, "#5086, #5043"; with their repository where these or `others` belong to several."""
    whole = len({repository(key) for key in (*keys, *others)}) > 1
    return ", ".join(key if whole else f"#{key.rpartition('#')[2]}" for key in keys)
