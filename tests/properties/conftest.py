"""How a law is tried: 500 examples in every run, 10,000 in a nightly one (``-m slow``), and lies until one is caught.

``ci`` draws the same examples every time; ``nightly`` draws new ones and prints how to repeat a failure.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

COMMON = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck), "report_multiple_bugs": False}
PROFILES = {
    "ci": settings(max_examples=500, derandomize=True, **COMMON),
    "nightly": settings(max_examples=10_000, print_blob=True, **COMMON),
}
CATCHING = settings(PROFILES["ci"], max_examples=2_000)


def pytest_generate_tests(metafunc):
    if "hold" in metafunc.fixturenames:
        nightly = pytest.param("nightly", marks=pytest.mark.slow)
        metafunc.parametrize("hold", ["ci", nightly], indirect=True)


@pytest.fixture
def hold(request):
    """Try a law, a function that asserts, on examples of these strategies; at least as many as the profile says."""
    profile = PROFILES[request.param]

    def try_law(law, *strategies):
        passed = []

        def attempt(drawn):
            law(*drawn)
            passed.append(1)

        from hypothesis import strategies as st

        profile(given(st.tuples(*strategies))(attempt))()
        assert len(passed) >= profile.max_examples
        return len(passed)

    return try_law


@pytest.fixture
def caught():
    """Expect a false law to fail; the smallest counterexample found, or the first if it need not ``shrink``."""

    def try_lie(lie, *strategies, shrink=True):
        failed, phases = [], [Phase.generate, *([Phase.shrink] if shrink else [])]

        def attempt(drawn):
            try:
                lie(*drawn)
            except AssertionError:
                failed.append(drawn)
                raise

        from hypothesis import strategies as st

        with pytest.raises(AssertionError):
            settings(CATCHING, phases=phases)(given(st.tuples(*strategies))(attempt))()
        return failed[-1]

    return try_lie
