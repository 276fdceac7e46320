"""A compiled kernel for all tests here: the user's, compiled now if it was not before."""

import pytest

from collectors.classads.fast.speed import Speed
from collectors.classads.fast.store import KernelStore


@pytest.fixture(scope="session")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Speed:
    """The fast reader for files of any size."""
    store = KernelStore.of_user()
    folder = tmp_path_factory.mktemp("kernels") if store is None else store.folder.parent
    made = KernelStore(folder)
    made.compile()
    assert made.is_ready
    return Speed(smallest=0, folder=folder)
