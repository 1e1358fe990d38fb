"""Settings that have to be made before numpy is loaded."""

from __future__ import annotations

import os

# two linear algebra threads per test process on a two-core machine fight each other: nine times slower
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")


def pytest_collection_modifyitems(config, items):
    """Leave out what takes minutes, unless it is asked for with -m slow."""
    if "slow" not in config.option.markexpr:
        out = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in set(out)]
