"""What tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run, and no deadline: CI machines are slow in bursts.
settings.register_profile("heartwright", deadline=None, derandomize=True)
settings.load_profile("heartwright")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout; tests that need it skip where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data (../shared/data) is not on this machine")
    return folder


@pytest.fixture
def float64() -> Iterator[None]:
    """Double precision inside one test; everything else runs as users do, in single."""
    import jax

    with jax.enable_x64(True):
        yield
