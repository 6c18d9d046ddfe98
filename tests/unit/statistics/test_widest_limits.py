import numpy as np
import pytest
from scipy import stats

from tentips.statistics import widest_limits as module
from tentips.statistics.intervals import Spread, interval_of, score_interval
from tentips.statistics.scores import score
from tentips.statistics.widest_limits import limits_of_events, limits_of_trials, unseen_share, widest_limits


def of_two(case):
    return np.column_stack([1 - case, case])


def test_limits_of_trials_are_clopper_and_pearsons():
    for right in (0, 3, 29, 30):
        expected = stats.binomtest(right, 30).proportion_ci(0.95, "exact")
        assert limits_of_trials(right / 30, 30, 0.95) == pytest.approx((expected.low, expected.high))
    assert unseen_share(30, 0.95) == pytest.approx(0.115703, abs=1e-6)


def test_limits_of_events_are_fay_and_feuers(monkeypatch):
    monkeypatch.setattr(module, "LARGER", 1.0)
    # Of equal events they are the exact limits of a Poisson count (Garwood 1936): 10 events, 4.795 to 18.390.
    assert limits_of_events(np.ones(10), 0.95) == pytest.approx((0.4795389, 1.8390356), abs=1e-6)
    # 4 events of weight 0.5 and 2 of weight 3, by formula 2 of Fay and Feuer (1997)
    x, v, w = 8, 19, 3
    low = v / (2 * x) * stats.chi2.ppf(0.025, 2 * x**2 / v)
    high = (v + w**2) / (2 * (x + w)) * stats.chi2.ppf(0.975, 2 * (x + w) ** 2 / (v + w**2))
    found = limits_of_events(np.array([0.5] * 4 + [3.0] * 2), 0.95)
    assert found == pytest.approx((low / 8, high / 8))


def test_a_larger_event_may_be_to_come():
    one = limits_of_events(np.array([1.0]), 0.95)
    # 10 / 8 of a chi-squared quantile of 3.2 degrees of freedom; Fay and Feuer's is 5.57
    assert one == pytest.approx((0.0253178, 1.25 * stats.chi2.ppf(0.975, 3.2)), abs=1e-6) and 12 < one[1] < 12.5
    assert limits_of_events(np.array([1e-300]), 0.95) == pytest.approx(one)
    assert (
        limits_of_events(np.array([1.0]), 0.95, 0.5)[1] > one[1]
        and limits_of_events(np.array([1.0]), 0.95, 0.5)[0] < one[0]
    )


@pytest.mark.parametrize(
    "name", ["neg_log_loss", "neg_brier_score", "average_precision", "matthews_corrcoef", "roc_auc"]
)
def test_one_group_that_makes_nearly_all_of_the_error_leaves_an_interval_that_says_something(name):
    truth = np.repeat([0, 1], [40, 24])
    case = np.where(truth == 1, 0.999, 0.001) + np.linspace(-9e-4, 9e-4, 64)
    case[45] = 1e-4  # a case taken for a control, and very sure of it
    found = score_interval(name, truth, [of_two(case)], np.arange(64), 0.95)
    worst = {
        "neg_log_loss": -2.0,
        "neg_brier_score": -0.2,
        "average_precision": 0.7,
        "matthews_corrcoef": 0.5,
        "roc_auc": 0.7,
    }
    assert worst[name] < found.low < found.value < found.high


@pytest.mark.parametrize("name", ["r2", "neg_mean_absolute_error", "neg_root_mean_squared_error", "spearman"])
@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_one_value_far_off_leaves_an_interval_of_its_size(name, unit):
    truth = np.linspace(-1, 1, 30)
    predicted = truth + 1e-6 * np.sin(np.arange(30))
    predicted[4] += 1.0
    found = score_interval(name, unit * truth, [unit * predicted], np.arange(30), 0.95)
    ratio = (1 - found.low) / (1 - found.value) if name in ("r2", "spearman") else found.low / found.value
    assert 3 < ratio < 40


@pytest.mark.parametrize("name", ["average_precision", "matthews_corrcoef", "spearman"])
def test_no_interval_is_wider_than_its_trials(name):
    """Held against an interval of 30 trials, or of a third of 90 groups, where the jackknife knows nothing."""
    truth, lowest = np.repeat([0, 1], [60, 30]), 0.0 if name == "average_precision" else -1.0
    widest = widest_limits(name, 0.9, truth, [of_two(truth)], np.arange(90), 30, 0.0, 0.95)
    share = (0.9 - lowest) / (1 - lowest)
    low, high = (lowest + (1 - lowest) * each for each in limits_of_trials(share, 30, 0.95))
    assert widest == pytest.approx((low, high))
    found = interval_of(name, 0.9, Spread(1.0, 2), widest, 0.95)
    assert (found.low, found.high) == pytest.approx((low, high))


def test_limits_of_errors_are_those_of_their_groups_and_seeds():
    random = np.random.default_rng(2)
    truth, groups = random.normal(size=40), np.arange(40) % 8
    members = [truth + random.normal(size=40), truth + random.normal(size=40)]
    value = np.mean([score("neg_root_mean_squared_error", truth, each) for each in members])
    squares = np.bincount(groups, np.mean([np.square(truth - each) for each in members], axis=0))
    low, high = limits_of_events(squares, 0.95, 4 * 0.01 / value**2)
    found = widest_limits("neg_root_mean_squared_error", value, truth, members, groups, None, 0.01, 0.95)
    assert found == pytest.approx((value * np.sqrt(high), value * np.sqrt(low)))
    assert widest_limits("accuracy", 0.9, truth > 0, [of_two(truth > 0)], groups, 3, 0.0, 0.95) == (-np.inf, np.inf)


def test_limits_hold_the_true_error_of_skewed_losses():
    """Log losses of a model that is too sure of itself: the jackknife's interval is wider than the limits in most studies."""
    random, held, narrower = np.random.default_rng(4), [], []

    def losses(n):
        truth = np.arange(n) % 2
        z = 2.8 * (2 * truth - 1) + random.normal(0, 1.4, n)
        return truth, of_two(1 / (1 + np.exp(-3 * z)))

    true = score("neg_log_loss", *losses(400_000))
    for _ in range(400):
        truth, predicted = losses(60)
        found = score_interval("neg_log_loss", truth, [predicted], np.arange(60), 0.95)
        held.append(found.low <= true <= found.high)
        narrower.append(found.low / found.value)
    assert 0.92 <= np.mean(held) <= 0.99 and max(narrower) < 14
