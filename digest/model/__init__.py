"""The nouns: parsed facts are frozen pydantic models, computed values are frozen dataclasses.

`None` means "unknown", and an empty value means "none".
"""

from digest.model.base import Facts, Markdown, folded, name_in_url, same_name
from digest.model.computed import (
    DIGEST_SCHEMA,
    Candidate,
    Community,
    DayOff,
    Digest,
    Group,
    ListedGroup,
    ListedItem,
    Story,
    Trend,
    WorkingDays,
)
from digest.model.decisions import Layout, Mark, Marks
from digest.model.facts import (
    SNAPSHOT_SCHEMA,
    STATUS,
    ChangedFile,
    Changeset,
    EarlierCount,
    Person,
    Picture,
    PullRequest,
    Repository,
    Snapshot,
    Window,
)

__all__ = [
    "DIGEST_SCHEMA",
    "SNAPSHOT_SCHEMA",
    "STATUS",
    "Candidate",
    "ChangedFile",
    "Changeset",
    "Community",
    "DayOff",
    "Digest",
    "EarlierCount",
    "Facts",
    "Group",
    "Layout",
    "ListedGroup",
    "ListedItem",
    "Mark",
    "Markdown",
    "Marks",
    "Person",
    "Picture",
    "PullRequest",
    "Repository",
    "Snapshot",
    "Story",
    "Trend",
    "Window",
    "WorkingDays",
    "folded",
    "name_in_url",
    "same_name",
]
