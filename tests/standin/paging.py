"""REST's parameters and pages."""

from collections.abc import Mapping
from urllib.parse import urlencode

from tests.standin.search import NotUnderstoodError

PAGE = 30
LARGEST_PAGE = 100

Parameters = Mapping[str, str]


def know(asked: Parameters, *names: str) -> None:
    """Raise NotUnderstoodError for unknown parameters."""
    if strange := set(asked) - set(names):
        raise NotUnderstoodError(f"the parameters {sorted(strange)}")


def span(asked: Parameters) -> tuple[int, int]:
    """Return the start and the end of the requested page."""
    size = min(int(asked.get("per_page", PAGE)), LARGEST_PAGE)
    page = int(asked.get("page", 1))
    return size * (page - 1), size * page


def link(here: str, asked: Parameters, *, has_next: bool, total: int = 0) -> dict[str, str]:
    """Return the header with the link to the next page, if there is one.

    With the `total` of the records it also links the last page, as GitHub does.
    """
    if not has_next:
        return {}
    pages = {"next": int(asked.get("page", 1)) + 1}
    if total:
        size = min(int(asked.get("per_page", PAGE)), LARGEST_PAGE)
        pages["last"] = -(-total // size)
    links = [
        f'<{here}?{urlencode({**asked, "page": str(page)})}>; rel="{name}"'
        for name, page in pages.items()
    ]
    return {"Link": ", ".join(links)}
