"""The accountant against the values of dp-accounting 0.6.0 (Google), and against what is known exactly."""

import numpy as np
import pytest
from scipy import optimize, stats

from tentips.privacy.accountant import by_moments, epsilon_of, noise_for

# noise, rate, steps, delta; PLDAccountant().get_epsilon and RdpAccountant().get_epsilon of dp-accounting 0.6.0
PUBLISHED = [
    (1.1, 0.064, 300, 1e-5, 6.3363, 7.0076),
    (1.0, 0.01, 1000, 1e-5, 1.8282, 2.1014),
    (4.0, 1.0, 100, 1e-3, 10.2048, 11.2698),
    (0.8, 0.02, 500, 1e-6, 5.4403, 6.1645),
]


@pytest.mark.parametrize(("noise", "rate", "steps", "delta", "pld", "rdp"), PUBLISHED)
def test_epsilon_is_that_of_the_reference_and_never_lower(noise, rate, steps, delta, pld, rdp):
    assert pld - 1e-4 <= epsilon_of(noise, rate, steps, delta) <= pld + 0.02
    assert by_moments(noise, rate, steps, delta) == pytest.approx(rdp, abs=0.02)


def test_without_sampling_it_is_the_gaussian_mechanism():
    """Balle and Wang 2018 (arXiv:1805.06530), theorem 8; T steps are one with noise / root of T."""
    noise, steps, delta = 3.0, 9, 1e-4
    once = noise / np.sqrt(steps)

    def exceeds(epsilon):
        half, rest = 1 / (2 * once), epsilon * once
        return stats.norm.cdf(half - rest) - np.exp(epsilon) * stats.norm.cdf(-half - rest) - delta

    exact = optimize.brentq(exceeds, 0, 20)
    assert epsilon_of(noise, 1.0, steps, delta) == pytest.approx(exact, abs=3e-3)


def test_noise_keeps_within_epsilon_and_no_less_does():
    noise = noise_for(3.0, 1e-3, 0.25, 100)
    assert epsilon_of(noise, 0.25, 100, 1e-3) <= 3.0 + 2e-3
    assert epsilon_of(noise / 1.01, 0.25, 100, 1e-3) > 3.0


def test_no_noise_for_next_to_nothing_is_said():
    with pytest.raises(ValueError, match="no noise"):
        noise_for(1e-6, 1e-12, 1.0, 10_000)
