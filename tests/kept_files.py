"""Files that many tests begin with: made once, then copied."""

from collections.abc import Callable, Hashable, Mapping
from pathlib import Path

_kept: dict[Hashable, Mapping[str, tuple[bytes, int]]] = {}


def make_once(key: Hashable, folder: Path, make: Callable[[], object]) -> None:
    """Put the same files into a folder for the same key. Only the first call makes them."""
    if key not in _kept:
        make()
        _kept[key] = {
            str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mode & 0o777)
            for path in folder.rglob("*")
            if path.is_file()
        }
        return
    for name, (content, mode) in _kept[key].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(mode)
