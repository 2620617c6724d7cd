"""Shares of variance: by hand, Ishigami's function, SALib; additive functions add up; any order gives the same bits."""

from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from SALib.analyze import sobol

from shigen.model.sensitivity import Sums, jansen, shares, sums, variance, with_errors

Function = Callable[[np.ndarray], np.ndarray]
"""(input, draw) → (draw)."""


def ishigami(x: np.ndarray) -> np.ndarray:
    """sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1, x from -π to π."""
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def mixed(function: Function, n: int, inputs: int, *, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the outcomes of A, of B and of A with each input of B, the inputs from -π to π."""
    a, b = np.random.default_rng(seed).uniform(-np.pi, np.pi, (2, inputs, n))
    return function(a), function(b), np.stack([function(np.where(np.arange(inputs)[:, None] == i, b, a))
                                               for i in range(inputs)])  # fmt: skip


def test_two_draws_by_hand() -> None:
    """f(A) 0, 2; f(B) 1, 1; f(AB) 0, 0. V = (1 + 1 + 0 + 0)/4 = 1/2 about the mean of 1.

    S = 1 - mean(1, 1)/2V = 0; T = mean(0, 4)/2V = 2: estimators of so few draws may lie beyond 1.
    """
    a, b, ab = np.array([0.0, 2.0]), np.array([1.0, 1.0]), np.array([[0.0, 0.0]])
    first, total = jansen(a, b, ab)
    assert (first.tolist(), total.tolist()) == ([0.0], [2.0])
    assert variance(sums(a, b, ab)).tolist() == [0.5]


def test_ishigami_has_its_published_shares() -> None:
    """S 0.3139, 0.4424, 0 and T 0.5576, 0.4424, 0.2437 (Ishigami & Homma 1990; Saltelli et al. 2008, §4.6)."""
    known = sums(*mixed(ishigami, 1 << 16, 3, seed=1), lots=32)
    first, total, first_error, total_error = with_errors(known)
    assert (np.abs(first - [0.3139, 0.4424, 0.0]) < 4 * first_error + 1e-4).all()
    assert (np.abs(total - [0.5576, 0.4424, 0.2437]) < 4 * total_error + 1e-4).all()
    assert first_error.max() < 0.01
    assert total_error.max() < 0.01


def test_salib_says_the_same_of_the_same_outcomes() -> None:
    """SALib's totals are Jansen's, to the last digits; its first-order shares are by another estimator."""
    a, b, ab = mixed(ishigami, 1 << 13, 3, seed=2)
    problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-np.pi, np.pi]] * 3}
    rows = np.column_stack([a, *ab, b]).ravel()
    said = sobol.analyze(problem, rows, calc_second_order=False, num_resamples=20, seed=1)
    first, total, error, _ = with_errors(sums(a, b, ab, lots=32))
    np.testing.assert_allclose(total, said["ST"], rtol=1e-9)
    assert (np.abs(first - said["S1"]) < 4 * error + said["S1_conf"]).all()


def test_errors_are_as_far_as_estimates_are_apart() -> None:
    """The standard error of one sample against the spread of 40 samples."""
    each = [with_errors(sums(*mixed(ishigami, 2048, 3, seed=seed), lots=32)) for seed in range(40)]
    for value, error in ((0, 2), (1, 3)):
        apart = np.std([one[value] for one in each], axis=0)
        told = np.mean([one[error] for one in each], axis=0)
        assert (told / apart > 0.6).all()
        assert (told / apart < 1.6).all()


@given(st.lists(st.floats(0.1, 10), min_size=2, max_size=5), st.integers(0, 99))
def test_shares_of_an_additive_function_add_up_to_one(slopes: list[float], seed: int) -> None:
    known = sums(*mixed(lambda x: np.asarray(slopes) @ x, 4096, len(slopes), seed=seed), lots=32)
    first, total, first_error, total_error = with_errors(known)
    expected = np.square(slopes) / np.square(slopes).sum()
    for share, error in ((first, first_error), (total, total_error)):
        assert (np.abs(share - expected) < 5 * error + 1e-9).all()
        assert abs(share.sum() - 1) < 5 * error.sum() + 1e-9


def test_an_input_that_moves_nothing_has_a_share_of_nought() -> None:
    first, total = jansen(*mixed(lambda x: x[0], 64, 2, seed=3))
    assert (first[1], total[1]) == (0, 0)


def test_an_outcome_that_does_not_vary_has_no_shares() -> None:
    for constant in (0.0, 0.3):
        known = sums(*mixed(lambda x, constant=constant: 0 * x[0] + constant, 64, 2, seed=3))
        assert variance(known).tolist() == [0.0]
        assert np.isnan(shares(known)).all()


def test_draws_without_an_outcome_do_not_count() -> None:
    a, b, ab = mixed(ishigami, 100, 3, seed=4)
    a[3], b[40], ab[1, 70] = np.nan, np.nan, np.nan
    keep = [i for i in range(100) if i not in (3, 40, 70)]
    np.testing.assert_allclose(jansen(a, b, ab), jansen(a[keep], b[keep], ab[:, keep]), rtol=1e-12)


def test_whole_numbers_add_up_the_same_in_any_order() -> None:
    parts = [sums(*(np.abs(np.sin(one)) for one in mixed(ishigami, 1000, 3, seed=seed)), lots=32).in_whole_numbers()
             for seed in range(6)]  # fmt: skip

    def added(order: list[int]) -> Sums:
        whole = parts[order[0]]
        for i in order[1:]:
            whole = whole + parts[i]
        return whole

    once, other = (added(order).in_units() for order in ([0, 1, 2, 3, 4, 5], [4, 2, 5, 0, 3, 1]))
    for one, two in zip(with_errors(once), with_errors(other), strict=True):
        np.testing.assert_array_equal(one, two)
