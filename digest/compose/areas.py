"""Learns the areas of a project: the subfolders of the folders over which its changes spread."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from digest.model import ChangedFile, PullRequest

# Folders with tests, texts and other people's code are not parts of the code.
NOT_CODE = re.compile(
    r"(?:^|/)(?:\..*|tests?|testsuite|testdata|__tests__|__mocks__|__snapshots__|specs?|e2e"
    r"|fixtures|snapshots|docs?|documentation|examples?|bench(?:es|marks?)?|website|vendor"
    r"|third_party|node_modules|dist|locales?|translations|i18n|changelogs?|release-notes)/"
    r"|(?:^|/)\.[^/]+$|\.(?:md|mdx|rst|snap)$|[*{}]",
    re.IGNORECASE,
)
# Most folders must begin with a prefix of names, such as "bevy_".
USUAL = 0.6
FEWEST = 3
# At least this many folders must share an ending, such as "catalog-backend" next to "catalog".
PAIRS = 2


@dataclass(frozen=True)
class Bounds:
    """The fewest areas in a folder, its least share of all changes, the largest area's share."""

    areas: int
    share: float
    largest: float


ENTER = Bounds(areas=5, share=0.15, largest=0.40)
# Weeks differ, so a folder that was learned stays as long as it is roughly right.
STAY = Bounds(areas=3, share=0.06, largest=0.65)


def main_path(pull: PullRequest) -> str | None:
    """The path of code with the most changed lines; None if there is none or it is unknown."""
    code = [
        file for file in pull.files or () if not (file.is_lock_file or NOT_CODE.search(file.path))
    ]
    return min(code, key=_most_lines_first).path if code else None


def _most_lines_first(file: ChangedFile) -> tuple[int, str]:
    return -file.additions - file.deletions, file.path


def learn_areas(paths: Sequence[str], before: Sequence[str] = ()) -> tuple[str, ...]:
    """Globs that capture {area} from the paths of code that pull requests changed most.

    `before` are the globs of the edition before. Their folders stay with lower bounds than new ones
    need.
    """
    known = defaultdict(list)
    for glob in before:
        known[_folder_of(glob)].append(glob)
    root = _tree(paths)
    globs: list[str] = []
    for folder in _choose(root, known, len(paths)):
        learned = {*_globs(folder.path, [*folder.folders]), *known.get(folder.path, ())}
        globs += sorted(learned, key=_special_first)
    return tuple(globs)


@dataclass
class _Folder:
    """A folder with the number of changes inside it, and the folders in it by name."""

    path: str
    changes: int = 0
    folders: dict[str, "_Folder"] = field(default_factory=dict)

    def fits(self, bounds: Bounds, total: int) -> bool:
        """Whether the folders in it are areas."""
        sizes = [inner.changes for inner in self.folders.values()]
        return (
            len(sizes) >= bounds.areas
            and sum(sizes) >= bounds.share * total
            and max(sizes) <= bounds.largest * sum(sizes)
        )


def _tree(paths: Sequence[str]) -> _Folder:
    root = _Folder("")
    for path in paths:
        folder = root
        folder.changes += 1
        for name in path.split("/")[:-1]:
            inner = folder.folders.setdefault(name, _Folder(f"{folder.path}{name}/"))
            inner.changes += 1
            folder = inner
    return root


def _choose(folder: _Folder, known: Mapping[str, Sequence[str]], total: int) -> list[_Folder]:
    """The folders whose subfolders are areas. None is inside another.

    A known one wins over those above and inside it. Else an outer one wins, unless most of its
    changes are in inner ones.
    """
    if folder.path in known and folder.fits(STAY, total):
        return [folder]
    inner = [
        chosen for _, one in sorted(folder.folders.items()) for chosen in _choose(one, known, total)
    ]
    is_known = any(one.path in known for one in inner)
    covered = sum(one.changes for one in inner)
    if not is_known and covered <= folder.changes / 2 and folder.fits(ENTER, total):
        return [folder]
    return inner


def _globs(folder: str, names: Sequence[str]) -> list[str]:
    """The globs of a folder, without the usual prefix and the usual endings of its folders."""
    prefix = _usual_prefix(names)
    short = {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
    endings = Counter(name[len(stem) :] for name in short for stem in _stems(name) if stem in short)
    usual = [ending for ending, count in endings.items() if count >= PAIRS]
    stems = [f"{folder}{prefix}{{area}}{ending}/**" for ending in ("", *usual)]
    return [*stems, f"{folder}{{area}}/**"]


def _usual_prefix(names: Sequence[str]) -> str:
    prefixes = Counter(
        name[: match.end()] for name in names for match in re.finditer(r"[-_]", name[:-1])
    )
    usual = [
        prefix
        for prefix, count in prefixes.items()
        if count >= FEWEST and count >= USUAL * len(names)
    ]
    return max(usual, key=len, default="")


def _stems(name: str) -> list[str]:
    return [name[: match.start()] for match in re.finditer(r"[-_]", name) if match.start()]


def _special_first(glob: str) -> tuple[int, str]:
    return -len(glob), glob


def _folder_of(glob: str) -> str:
    return glob.removesuffix("/**").rpartition("/")[0] + "/" if glob.count("/") > 1 else ""
