"""Slices: where errors gather is found and confirmed, noise is not."""

import numpy as np
import pandas as pd

from tentips.probe.slices import losses, slices

OPTIONS = {"confidence": 0.95, "bootstrap": 300}


def study(seed, gathered=0.0, n=300, m=150):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(random.normal(size=(n + m, 8))).add_prefix("x")
    frame["site"] = random.choice(["a", "b"], n + m)
    loss = random.exponential(0.1, n + m) + gathered * ((frame["x3"] > 0.8) & (frame["site"] == "b"))
    return frame[:n], loss[:n].to_numpy(), frame[n:], loss[n:].to_numpy(), np.arange(m)


def test_errors_that_gather_are_found_and_put_in_words():
    table = slices(*study(0, gathered=0.4), OPTIONS)
    first = table.iloc[0]
    assert first["confirmed"] and "x3 above" in first["slice"] and "site" in first["slice"]
    assert first["difference"] > 0.2 and first["low"] > 0


def test_noise_gives_no_slice():
    confirmed = sum(bool(slices(*study(seed), OPTIONS)["confirmed"].any()) for seed in range(60))
    assert confirmed <= 6


def test_equal_losses_and_too_few_samples_give_none():
    frame, loss, test, held, units = study(1)
    assert len(slices(frame, np.ones(len(loss)), test, held, units, OPTIONS)) == 0
    assert len(slices(frame[:30], loss[:30], test, held, units, OPTIONS)) == 0


def test_a_model_that_diverged_has_no_slices():
    frame, loss, test, held, units = study(1, gathered=0.4)
    assert len(slices(frame, loss, test, held, units, OPTIONS))
    assert len(slices(frame, np.full(len(loss), np.nan), test, held, units, OPTIONS)) == 0
    assert len(slices(frame, loss, test, np.full(len(held), np.inf), units, OPTIONS)) == 0


def test_the_loss_is_half_the_brier_score_or_the_absolute_error():
    assert losses(np.array([1]), np.array([[0.3, 0.7]])).round(6).tolist() == [0.09]
    assert losses(np.array([1.0]), np.array([3.0])).tolist() == [2.0]
