"""Writes sklearn.csv: values of scikit-learn's metrics, which MetricTest compares with ours.

Run with scikit-learn installed: python3 record_sklearn.py > sklearn.csv
A line has the metric, the columns of the predictions, the predictions, the targets and the value.
"""

import numpy as np
from sklearn import metrics

rng = np.random.default_rng(42)


def line(name, columns, predictions, targets, value):
    flat = lambda values: " ".join(repr(float(v)) for v in np.ravel(values))
    print(f"{name},{columns},{flat(predictions)},{flat(targets)},{float(value)!r}")


def several_classes(rows, classes):
    # Rounded, so that there are ties of scores; the last class is rare or missing.
    scores = np.round(rng.normal(size=(rows, classes)), 1)
    scores += np.arange(classes) * 1e-3  # no ties within a row, where libraries differ
    targets = rng.integers(0, max(2, classes - 1), rows)
    targets[: min(rows, 2)] = [0, 1][: min(rows, 2)]
    predicted = scores.argmax(1)
    for average in ("macro", "micro", "weighted"):
        kind = dict(average=average, zero_division=0)
        line(f"precision {average}", classes, scores, targets, metrics.precision_score(targets, predicted, **kind))
        line(f"recall {average}", classes, scores, targets, metrics.recall_score(targets, predicted, **kind))
        line(f"f1 {average}", classes, scores, targets, metrics.f1_score(targets, predicted, **kind))
    line("accuracy", classes, scores, targets, metrics.accuracy_score(targets, predicted))
    labels = list(range(classes))
    top = metrics.top_k_accuracy_score(targets, scores, k=2, labels=labels) if classes > 2 else 1
    line("top2Accuracy", classes, scores, targets, top)
    probabilities = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    loss = metrics.log_loss(targets, probabilities, labels=labels)
    line("perplexity logits", classes, scores, targets, np.exp(loss))
    line("perplexity probabilities", classes, probabilities, targets, np.exp(loss))
    every = np.concatenate([targets, labels])  # each class occurs
    more = np.concatenate([scores, np.round(rng.normal(size=(classes, classes)), 1)])
    one_hot = np.eye(classes)[every]
    line("rocAuc", classes, more, every, metrics.roc_auc_score(one_hot, more, average="macro"))
    line("prAuc", classes, more, every, metrics.average_precision_score(one_hot, more, average="macro"))


def two_classes(rows):
    scores = np.round(rng.random(rows), 1)
    targets = rng.integers(0, 2, rows)
    targets[:2] = [0, 1]
    predicted = (scores > 0.5).astype(int)
    line("binaryAccuracy", 1, scores, targets, metrics.accuracy_score(targets, predicted))
    line("binaryPrecision", 1, scores, targets, metrics.precision_score(targets, predicted, zero_division=0))
    line("binaryRecall", 1, scores, targets, metrics.recall_score(targets, predicted, zero_division=0))
    line("binaryF1", 1, scores, targets, metrics.f1_score(targets, predicted, zero_division=0))
    line("rocAuc", 1, scores, targets, metrics.roc_auc_score(targets, scores))
    line("prAuc", 1, scores, targets, metrics.average_precision_score(targets, scores))


def numbers(rows, outputs):
    targets = rng.normal(100, 5, size=(rows, outputs))
    predictions = targets + rng.normal(size=(rows, outputs))
    line("mse", outputs, predictions, targets, metrics.mean_squared_error(targets, predictions))
    line("rmse", outputs, predictions, targets, metrics.root_mean_squared_error(targets, predictions))
    line("mae", outputs, predictions, targets, metrics.mean_absolute_error(targets, predictions))
    line("mape", outputs, predictions, targets, metrics.mean_absolute_percentage_error(targets, predictions))
    line("r2", outputs, predictions, targets, metrics.r2_score(targets, predictions))


for rows in (4, 25):
    for classes in (2, 3, 5):
        several_classes(rows, classes)
    two_classes(rows)
    for outputs in (1, 3):
        numbers(rows, outputs)
