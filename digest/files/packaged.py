"""Finds the files at the top of the project: config.toml and the templates.

A wheel carries them inside the package; an editable install has them next to pyproject.toml.
"""

from pathlib import Path

from digest.errors import DigestError


def text(name: str) -> str:
    """The text of a packaged file, such as `config.toml` or `templates/section.md.j2`.

    Raises DigestError when the installation lacks it.
    """
    package = Path(__file__).parents[1]
    checkout = package.parent
    # A checkout counts only next to our own pyproject.toml: site-packages may have another templates
    # folder.
    folders = [checkout, package] if _is_ours(checkout) else [package]
    for folder in folders:
        if (path := folder / name).is_file():
            return path.read_text(encoding="utf-8")
    raise DigestError(f"This installation lacks {name}.", "Install digest again.")


def _is_ours(folder: Path) -> bool:
    try:
        return 'name = "merged-last-week"' in (folder / "pyproject.toml").read_text(
            encoding="utf-8"
        )
    except OSError:
        return False
