#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Fits what points are worth (ctl/diagnose/weights.h) to faults whose class is known.

usage: fit.py [--write HEADER] FEATURES

FEATURES: a line for each sample that the unit tests wrote with CT_FEATURES: mechanism, class,
other classes that are no wrong answers, whether it has records enough for high confidence, and
the features of diagnose/model.h. Printed is how each mechanism is named by weights that were
fitted without it. --write makes the table from all of them.

The model is multinomial logistic regression. Every mechanism counts alike, and the weights are
drawn towards a class's own points: few faults cannot turn them around.
"""
import argparse
import sys

try:
    import numpy
    from scipy.optimize import minimize
except ImportError as problem:
    sys.exit(f"{problem}: install SciPy (Debian: python3-scipy)")

OWN = 8  # weight of a class's own points before anything is fitted
NONE = 2.4  # of no class
PULL = 0.3  # towards these; a mechanism counts 1
NAMED, NONE_OUTWEIGHS, MEDIUM, HIGH = 0.3, 0.8, 0.6, 0.9  # as diagnose/decision.cpp


class Data:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            rows = [line.rstrip("\n").split("\t") for line in file]
        if not rows:
            sys.exit(f"{path}: no samples; write them with `make confusion`")
        self.classes = rows[0][0].split(",")
        rows = rows[1:]
        self.names = numpy.array([row[0] for row in rows])
        self.truth = [row[1] for row in rows]
        self.also = [set(filter(None, row[2].split(","))) for row in rows]
        self.enough = numpy.array([row[3] == "1" for row in rows])
        self.features = numpy.array([[float(cell) for cell in row[4:]] for row in rows])
        answers = self.classes + ["none"]
        # Of what nobody can name, no name is to be likely, be it defensible.
        self.accepted = numpy.array(
            [[answer == truth or (truth != "none" and answer in also) for answer in answers]
             for truth, also in zip(self.truth, self.also)], dtype=float)
        counts = {name: (self.names == name).sum() for name in set(self.names)}
        self.share = numpy.array([1 / counts[name] for name in self.names])


def prior(data):
    weights = numpy.zeros((data.features.shape[1], len(data.classes) + 1))
    for place in range(len(data.classes)):
        weights[place, place] = OWN
    weights[-1, -1] = NONE
    return weights


def probabilities(weights, features):
    odds = features @ weights
    odds = numpy.exp(odds - odds.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def fit(data, used, start, steps):
    features, accepted, share = data.features[used], data.accepted[used], data.share[used]
    towards = prior(data)

    def loss(flat):
        weights = flat.reshape(towards.shape)
        likely = probabilities(weights, features)
        good = (likely * accepted).sum(axis=1) + 1e-9
        value = -(share * numpy.log(good)).sum() + PULL * ((weights - towards) ** 2).sum()
        wanted = likely * accepted / good[:, None]
        slope = features.T @ ((likely - wanted) * share[:, None]) + 2 * PULL * (weights - towards)
        return value, slope.ravel()

    result = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": steps})
    return result.x.reshape(towards.shape)


def named(data, likely, row):
    """Class and confidence, as decide() has them."""
    own = numpy.where(data.features[row, : len(data.classes)] > 0, likely[:-1], 0)
    best = int(own.argmax())
    if own[best] < NAMED or own[best] < likely[-1] * NONE_OUTWEIGHS:
        return "none", "none"
    if own[best] >= HIGH and data.enough[row]:
        return data.classes[best], "high"
    return data.classes[best], "medium" if own[best] >= MEDIUM else "low"


def left_out(data):
    """Probabilities by weights that were fitted without the sample's mechanism."""
    likely = numpy.zeros_like(data.accepted)
    for name in sorted(set(data.names)):
        its = data.names == name
        likely[its] = probabilities(fit(data, ~its, prior(data), 80), data.features[its])
    return likely


class Sum:
    def __init__(self):
        self.mechanisms, self.counts = set(), dict.fromkeys(
            ("right", "defensible", "unclassified", "wrong", "high", "wrong with high"), 0)

    def add(self, mechanism, truth, also, answer, confidence):
        self.mechanisms.add(mechanism)
        wrong = answer not in (truth, "none") and answer not in also
        if answer == truth:
            word = "right"
        elif wrong:
            word = "wrong"
        else:
            word = "unclassified" if answer == "none" else "defensible"
        self.counts[word] += 1
        self.counts["high"] += confidence == "high"
        self.counts["wrong with high"] += wrong and confidence == "high"

    def row(self, title):
        count = self.counts
        every = sum(count[word] for word in ("right", "defensible", "unclassified", "wrong"))
        cells = [f"{100 * count[word] / every:.1f} %" for word in count]
        return f"| {title} | {len(self.mechanisms)} | " + " | ".join(cells) + " |"


def print_table(data, likely):
    sums, all_of_them, bins = {}, Sum(), {}
    for row, name in enumerate(data.names):
        answer, confidence = named(data, likely[row], row)
        fact = (name, data.truth[row], data.also[row], answer, confidence)
        sums.setdefault(data.truth[row], Sum()).add(*fact)
        all_of_them.add(*fact)
        sums_of = bins.setdefault(confidence, Sum())
        sums_of.add(*fact)
    print("| class | mechanisms | right | defensible | unclassified | wrong | high | wrong with high |")
    print("|---|---|---|---|---|---|---|---|")
    for answer in data.classes + ["none"]:
        if answer in sums:
            print(sums[answer].row(answer))
    print(all_of_them.row("all"))
    for confidence in ("high", "medium", "low"):
        if confidence in bins:
            count = bins[confidence].counts
            given = count["right"] + count["defensible"] + count["wrong"]
            print(f"{confidence} confidence: {given} names, {100 * (given - count['wrong']) / given:.1f} % "
                  "of them right or defensible")


def write(path, data, weights):
    titles = data.classes + ["log(1 + records) / 5", "most points", "lead", "always"]
    with open(path, "w", encoding="utf-8") as file:
        file.write("// SPDX-License-Identifier: GPL-2.0-or-later\n"
                   "// Written by ctl/tests/mechanisms/fit.py (`make fit`): not to be edited. What each feature\n"
                   f"// speaks for each class and for none; from {len(data.names)} samples of "
                   f"{len(set(data.names))} mechanisms.\n"
                   "#pragma once\n\n#include <array>\n\nnamespace ct {\n\n// clang-format off\n"
                   f"inline constexpr std::array<std::array<double, {weights.shape[1]}>, {weights.shape[0]}> "
                   "model_weights{{\n")
        for title, row in zip(titles, weights):
            file.write("    {" + ", ".join(f"{cell:.2f}" for cell in row) + "}, // " + title + "\n")
        file.write("}};\n// clang-format on\n\n} // namespace ct\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", metavar="HEADER")
    parser.add_argument("features", metavar="FEATURES")
    arguments = parser.parse_args()
    data = Data(arguments.features)
    print_table(data, left_out(data))
    if arguments.write:
        every = numpy.ones(len(data.names), dtype=bool)
        write(arguments.write, data, fit(data, every, prior(data), 300))


main()
