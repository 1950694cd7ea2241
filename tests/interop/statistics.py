"""Computes pv's statistics again with SciPy and statsmodels, then prints how the margin check does on simulated systems."""

import json
import sys
from collections import Counter

import numpy as np
from scipy.stats import binomtest, norm
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

Z = norm.ppf(0.95)
TOLERANCE = 1e-9
MOST_MORE = 100_000
MOST_ATTEMPTS = 3
FEWEST_CASES = 5


def near(found, expected):
    return np.allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE)


def at_least(low, high, asked):
    """The verdict of an interval; None where it is so near that rounding decides."""
    if min(abs(low - asked), abs(high - asked)) < TOLERANCE:
        return None
    return "pass" if low >= asked else "fail" if high < asked else "inconclusive"


def expect(row, name, found, expected):
    same = found is expected if found is None or expected is None else near(found, expected)
    assert same, f"{name}: pv says {found}, it is {expected}\n{json.dumps(row)[:500]}"


def expect_outcome(row, value, interval, smallest, verdict):
    outcome = row["outcome"]
    expect(row, "value", outcome["value"], value)
    expect(row, "interval", outcome["interval"], interval)
    expect(row, "smallest", outcome["smallest"], smallest)
    assert verdict in (None, outcome["verdict"]), f"verdict: it is {verdict}\n{json.dumps(row)[:500]}"


def expect_more(row, decides):
    """So many more cases decide, one fewer does not; where pv says none, the most do not."""
    more, cases = row["outcome"]["more"], row["outcome"]["cases"]
    if row["outcome"]["verdict"] != "inconclusive":
        assert more is None, row
    elif more is None:
        assert not decides(cases + MOST_MORE), row
    else:
        assert decides(cases + more) and (more == 1 or not decides(cases + more - 1)), row


def floor(row):
    shares, asked = row["shares"], row["floor"]
    share, n = np.mean(shares), len(shares)
    low, high = proportion_confint(np.sum(shares), n, alpha=0.10, method="wilson")
    expect_outcome(row, share, (low, high), low, at_least(low, high, asked))
    if row["outcome"]["verdict"] == "inconclusive":
        totals = np.arange(n + 1, n + MOST_MORE + 1)
        passes = np.floor(share * totals + 1e-9) if share > asked else np.ceil(share * totals - 1e-9)
        lows, highs = proportion_confint(passes, totals, alpha=0.10, method="wilson")
        # At a floor of 1, the upper end of "all pass" is 1 but for rounding.
        decided = np.flatnonzero((lows >= asked) | (highs < asked - 1e-12))
        assert row["outcome"]["more"] == (int(decided[0]) + 1 if len(decided) else None), row


def padded(row, cases):
    """Mean and standard error, were there so many cases alike, with the two pseudo-cases."""
    pseudo = 1 / min(row["attempts"], MOST_ATTEMPTS)
    n = len(row["differences"])
    weights = [cases / n] * n + [1, 1]
    sample = DescrStatsW([*row["differences"], pseudo, -pseudo], weights, ddof=1)
    return sample.mean, sample.std / np.sqrt(cases + 2)


def margin(row):
    differences, pseudo = row["differences"], 1 / min(row["attempts"], MOST_ATTEMPTS)
    everything = np.array([*differences, pseudo, -pseudo])
    error = np.std(everything, ddof=1) / np.sqrt(len(everything))
    low, high = everything.mean() - Z * error, everything.mean() + Z * error
    verdict = at_least(low, high, -row["margin"])
    expect_outcome(row, np.mean(differences), (low, high), max(0, -low), verdict)
    expect(row, "detectable", row["detectable"], (norm.ppf(0.95) + norm.ppf(0.80)) * error)

    def decides(cases):
        mean, error = padded(row, cases)
        return mean - Z * error >= -row["margin"] or mean + Z * error < -row["margin"]

    expect_more(row, decides)


def verdict_of_ratio(row, ratio, interval):
    if row["critical"] is not None and ratio > row["critical"]:
        return "fail"
    if interval is None:
        return "inconclusive"
    low, high = interval
    return at_least(-high, -low, -row["max"])


def ratio(row):
    pairs = np.array(row["pairs"])
    x, y = (pairs[:, 1], pairs[:, 0]) if row["higher_is_better"] else (pairs[:, 0], pairs[:, 1])
    n, value, interval = len(x), y.sum() / x.sum(), None
    if n >= FEWEST_CASES:
        # The textbook's other form, by variances and covariance.
        covariance = np.cov(x, y, ddof=1)
        spread = np.sqrt(covariance[1, 1] + value**2 * covariance[0, 0] - 2 * value * covariance[0, 1]) / x.mean()
        interval = max(0, value - Z * spread / np.sqrt(n)), value + Z * spread / np.sqrt(n)
        expect_more(row, lambda cases: cases >= (Z * spread / (row["max"] - value)) ** 2)
    expect_outcome(row, value, interval, interval and interval[1], verdict_of_ratio(row, value, interval))


def total(row):
    sides = (row["before"], row["after"])
    value = sides[0] / sides[1] if row["higher_is_better"] else sides[1] / sides[0]
    expect_outcome(row, value, None, value, verdict_of_ratio(row, value, (value, value)))


def sign_test(row):
    worse, changed = row["worse"], row["worse"] + row["better"]
    exact = binomtest(worse, changed, alternative="greater").pvalue if changed else 1.0
    expect(row, "p", row["p"], exact)


def simulated(cases, attempts, points, drop, draws=4000):
    """Per cent that pass, are inconclusive and fail, and that the naive rule fails; seven cases in ten are steady."""
    random = np.random.default_rng(4)
    passes = np.where(np.arange(cases) % 10 < 7, 1.0, 0.745)
    before = random.binomial(attempts, passes, (draws, cases))
    after = random.binomial(attempts, passes - drop, (draws, cases))
    pseudo = np.tile([1 / attempts, -1 / attempts], (draws, 1))
    differences = np.hstack([(after - before) / attempts, pseudo])
    means = differences.mean(axis=1)
    halves = Z * differences.std(axis=1, ddof=1) / np.sqrt(cases + 2)
    passed, failed = means - halves >= -points / 100, means + halves < -points / 100
    lost = (before - after).sum(axis=1)
    naive = lost > points / 100 * cases * attempts + 1e-9
    return [f"{100 * rate.mean():.0f}" for rate in (passed, ~passed & ~failed, failed, naive)]


def simulation():
    print("\nPass / inconclusive / fail, in per cent of 4000 draws, and what `candidate >= baseline - margin` fails.\n")
    print("| cases | attempts | margin | same system | naive rule fails | 10 points worse | naive rule fails |")
    print("|---:|---:|---:|---|---:|---|---:|")
    for cases in (50, 100, 200, 400):
        for attempts in (1, 3):
            for points in (2, 3, 5):
                *same, naive_same = simulated(cases, attempts, points, 0.0)
                *worse, naive_worse = simulated(cases, attempts, points, 0.1)
                cells = (cases, attempts, points, " / ".join(same), naive_same, " / ".join(worse), naive_worse)
                print("| " + " | ".join(map(str, cells)) + " |")


CHECKS = {"floor": floor, "margin": margin, "ratio": ratio, "total": total, "sign_test": sign_test}


def main(path):
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)
    for row in rows:
        CHECKS[row["check"]](row)
    counts = Counter(row["check"] for row in rows)
    missing = CHECKS.keys() - counts.keys()
    assert not missing, f"no rows of {missing}"
    print(f"SciPy and statsmodels agree on {len(rows)} rows: " + ", ".join(f"{n} {name}" for name, n in counts.items()))
    simulation()


main(sys.argv[1])
