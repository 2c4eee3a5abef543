"""A worker of the comparison: reads requests on standard input and replies with a line of JSON each on standard output.

The Java class dev.autodiff.benchmarks.worker.Worker describes the protocol; worker.Timing measures in the same way.
"""
import json
import math
import os
import re
import resource
import statistics
import sys
import time

SAMPLE_SECONDS = 100e-6  # the minimum length of a sample; shorter steps are timed together
LEAD_IN = 0.2  # the fraction of the time that is spent before the first sample
FEWEST_SAMPLES = 5
MOST_SAMPLES = 100_000
TIMED_STEPS = (1, 100, 469, 2000)  # numbers of steps, as in worker.Worker
MEMORY_STEPS = 20  # as in AutodiffWorker

# The models of dev.autodiff.benchmarks.Workload: size of the batch, sizes of the layers.
MODELS = {
    "W1": (10, [2, 1]),
    "W2": (5000, [1, 1]),
    "W3": (128, [784, 10]),
    "W4": (128, [784, 128, 10]),
    "W5": (128, [784, 128, 10]),
    "W6": (256, [784, 512, 512, 10]),
    "W7": (512, [1024, 2048, 2048, 1024]),
    "W9": (64, [784, 10]),
    "W10": (64, [784, 10]),
    "W12": (64, [784, 10]),
    "I1": (1, [784, 128, 10]),
    "I128": (128, [784, 128, 10]),
}
REGRESSION = {"W1", "W2"}  # mean squared error; all others softmax cross-entropy
ADAM = {"W5", "W6", "W10", "W12"}  # with rate 0.001; all others gradient descent with rate 0.01
IMAGES = {"W9", "W12"}  # with the layers of dev.autodiff.benchmarks.ImageModels between inputs and outputs
DROPOUT = {"W5": 0.5}
CHAIN = 32  # length of the vector of W8
CHAIN_LENGTH = 1000
SMOOTHING = 0.1  # the fraction of each label that is spread over all classes


class Task:
    """A computation that is measured: step() runs one step, result() returns a number that depends on the steps."""

    def __init__(self, step, result, work=0.0):
        self.step, self.result, self.work = step, result, work


def serve(start):
    """Serves requests. start() loads the framework and returns (name, version, about, prepare)."""
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # all other output goes to standard error

    def reply(**fields):
        replies.write(json.dumps(fields, allow_nan=False) + "\n")
        replies.flush()

    try:
        name, version, about, prepare = start()
    except Exception as e:
        reply(problem=f"{e}")
        return
    reply(name=name, version=version, about=about)
    kept = (None, None)
    for line in sys.stdin:
        words = line.split()
        if words == ["quit"]:
            break
        try:
            if len(words) == 3 and words[0] == "run":
                if kept[0] != words[1]:
                    kept = (None, None)
                    kept = (words[1], prepare(words[1]))
                reply(**run(kept[1], float(words[2])))
            elif len(words) == 2 and words[0] == "once":
                kept = (None, None)
                begin = time.perf_counter()
                task = prepare(words[1])
                task.step()
                micros = (time.perf_counter() - begin) * 1e6
                kept = (words[1], task)
                reply(micros=micros, result=finite(task.result()))
            elif len(words) == 2 and words[0] == "steps":
                kept = (None, None)
                begin = time.perf_counter()
                task, made, fields = prepare(words[1]), 0, {}
                kept = (words[1], task)
                for number in TIMED_STEPS:
                    for _ in range(made, number):
                        task.step()
                    made = number
                    fields["result"] = finite(task.result())  # frameworks that compute later have to be done
                    fields[f"step{number}"] = (time.perf_counter() - begin) * 1e6
                reply(**fields)
            elif len(words) == 2 and words[0] == "memory":
                kept = (None, None)
                before = resident()
                task = prepare(words[1])
                kept = (words[1], task)
                for _ in range(MEMORY_STEPS):
                    task.step()
                finite(task.result())
                reply(bytes=1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
            else:
                reply(problem=f"the worker does not know the request '{line.strip()}'")
        except Exception as e:
            reply(problem=f"{type(e).__name__}: {e}")
    sys.stdout.flush()
    os._exit(0)


def run(task, seconds):
    step, clock = task.step, time.perf_counter
    start, before = clock(), 0
    while True:
        step()
        before += 1
        elapsed = clock() - start
        if elapsed >= seconds * LEAD_IN:
            break
    batch = max(1, int(SAMPLE_SECONDS * before / elapsed))
    micros, begin = [], clock()
    while len(micros) < FEWEST_SAMPLES or (clock() - begin < seconds and len(micros) < MOST_SAMPLES):
        first = clock()
        for _ in range(batch):
            step()
        micros.append((clock() - first) * 1e6 / batch)
    micros.sort()
    return {
        "median": statistics.median(micros),
        "min": micros[0],
        "p90": micros[(len(micros) - 1) * 9 // 10],
        "steps": batch * len(micros),
        "result": finite(task.result()),
        "work": task.work,
    }


def resident():
    """Returns the bytes of memory that this process has at the moment (Linux)."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def finite(result):
    result = float(result)
    if not math.isfinite(result):
        raise ArithmeticError(f"the result is {result}, so the measurement is meaningless")
    return result


def data(np, model):
    """Returns features and targets (numbers, or smoothed labels)."""
    batch, layers = MODELS[model]
    random = np.random.default_rng(1)
    x = random.random((batch, layers[0]), dtype=np.float32)
    if model in REGRESSION:
        return x, random.random((batch, layers[-1]), dtype=np.float32)
    y = np.full((batch, layers[-1]), SMOOTHING / layers[-1], dtype=np.float32)
    y[np.arange(batch), random.integers(0, layers[-1], batch)] += 1 - SMOOTHING
    return x, y


def product(model):
    """Returns (m, k, n, a is transposed, b is transposed) of an id such as G784Tx128x10."""
    match = re.fullmatch(r"G(\d+)(T?)x(\d+)x(\d+)(T?)", model)
    if not match:
        raise ValueError(f"there is no task '{model}'")
    m, at, k, n, bt = match.groups()
    return int(m), int(k), int(n), bool(at), bool(bt)
