"""Pictures of `digest pick` with colours and styles, also those of the docs: keys in, SVG out.

`make golden` draws them.
"""

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from scripts.pick_picture import PICTURES, ROOT, draw
from tests.golden import CURE, assert_golden

pytestmark = pytest.mark.slow

PINNED = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"][
    "pictures"
]
HERE = [f"{name}=={version(name)}" for name in (pin.partition("==")[0] for pin in PINNED)]


@pytest.mark.sample(every=7)
@pytest.mark.skipif(
    HERE != PINNED, reason=f"drawn with {', '.join(PINNED)}; here is {', '.join(HERE)}"
)
@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_is_as_drawn(name: str) -> None:
    assert_golden(ROOT / name, draw(PICTURES[name]))


def test_every_picture_of_the_tests_is_compared() -> None:
    there = {
        f"tests/golden/pictures/{path.name}"
        for path in Path(ROOT / "tests/golden/pictures").iterdir()
    }
    assert there == {name for name in PICTURES if name.startswith("tests/")}, CURE
