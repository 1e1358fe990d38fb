"""Settings that have to be made before numpy is loaded."""

from __future__ import annotations

import os

# two linear algebra threads per test process on a two-core machine fight each other: nine times slower
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")
