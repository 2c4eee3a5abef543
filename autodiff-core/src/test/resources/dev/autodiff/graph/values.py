"""Writes values.txt: what PyTorch and NumPy compute, for OpValuesTest. Not run by the build.

Made with Python 3.11, NumPy 2.4.6 and PyTorch 2.13.0 (CPU): python values.py > values.txt
"""
import numpy as np
import torch
import torch.nn.functional as F

from recording import emit

rng = np.random.default_rng(7)


def softplus(x):
    return torch.logaddexp(torch.zeros_like(x), x)


inf, nan = float("inf"), float("nan")
special = [-inf, -1000.0, -30.0, -1.5, -0.25, -0.0, 0.0, 1e-9, 0.25, 0.75, 2.0, 30.0, 1000.0, inf, nan]
finite = [-1000.0, -30.0, -5.0, -1.5, -1.0, -0.25, -1e-4, 1e-4, 0.25, 0.5, 0.75, 2.0, 5.0, 30.0, 1000.0]
inside = [0.001, 0.25, 0.5, 1.0, 1.5, 3.0, 80.0, 5000.0]

for t in (np.float32, np.float64):
    unary = {
        "neg": torch.neg, "abs": torch.abs, "sign": lambda x: torch.tensor(np.sign(x.numpy())), "square": torch.square, "sqrt": torch.sqrt,
        "exp": torch.exp, "expm1": torch.expm1, "log": torch.log, "log1p": torch.log1p, "erf": torch.erf,
        "relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "softplus": softplus,
        "leakyRelu": lambda x: F.leaky_relu(x, 0.1), "elu": lambda x: F.elu(x, 1.5),
    }
    for name, f in unary.items():
        emit(name, (lambda f: lambda x: f(x))(f), np.array(special, t))
        if name in ("sqrt", "log", "log1p"):
            emit(name, f, np.array(inside, t), grad=True)
        elif name != "sign":
            emit(name, f, np.array([x for x in finite if name not in ("exp", "expm1") or x < 31], t), grad=True)
    emit("relu", torch.relu, np.array([-1, 0, -0.0, 1], t), grad=True)
    emit("abs", torch.abs, np.array([-1, 0, -0.0, 1], t), grad=True)
    emit("clip", lambda x: torch.clamp(x, -1, 2), np.array([-3, -1, 0, 2, 5], t), grad=True)

    a, b = np.array(special, t)[:, None], np.array(special, t)[None, :]
    for name in ("add", "sub", "mul", "div", "minimum", "maximum", "pow"):
        emit(name, getattr(torch, name), a, b)
    for name, f in (("eq", torch.eq), ("ne", torch.ne), ("greater", torch.gt), ("greaterEqual", torch.ge),
                    ("less", torch.lt), ("lessEqual", torch.le)):
        emit(name, (lambda f: lambda x, y: f(x, y).to(x.dtype))(f), a, b)
    ties = np.array([1, 2, 2, 3], t)
    emit("maximum", torch.maximum, ties, np.array([2, 2, 1, 3], t), grad=True)
    emit("minimum", torch.minimum, ties, np.array([2, 2, 1, 3], t), grad=True)
    emit("pow", torch.pow, np.array([0.0, 0.0, 2, -3, 0.5], t), np.array([0, 2, 0, 2, -1.5], t), grad=True)

    logits = np.array([[1000, -1000, 0], [1000, 1000, 1000], [-1000, -1000, -999], [0.5, 1.5, -2], [1e-3, 0, 0]], t)
    masked = np.array([[-inf, 0, 1], [5, -inf, -inf]], t)
    poisoned = np.array([[nan, 0, 1], [5, 1, 2]], t)
    for axis in (-1, 0):
        for x in (logits, masked, poisoned):
            emit(f"softmax {axis}", lambda x: torch.softmax(x, axis), x)
            emit(f"logSoftmax {axis}", lambda x: torch.log_softmax(x, axis), x)
            emit(f"logSumExp {axis}", lambda x: torch.logsumexp(x, axis), x)
        # The gradient is softmax; PyTorch's, e^(x - y), has lost digits at 1000
        emit(f"logSumExp {axis}", lambda x: torch.logsumexp(x.detach(), axis)
             + (torch.softmax(x.detach(), axis) * (x - x.detach())).sum(axis), logits, grad=True)
        emit(f"logSoftmax {axis}", lambda x: torch.log_softmax(x, axis), logits, grad=True)
    emit("logSumExp -1", lambda x: torch.logsumexp(x, -1), np.array([[inf, 1], [-inf, -inf], [inf, -inf]], t))
    hard = np.eye(3, dtype=t)[[0, 1, 1, 2, 0]]
    soft = np.array([[.2, .3, .5], [1 / 3, 1 / 3, 1 / 3], [0, 1, 0], [.5, 0, .5], [.1, .1, .8]], t)
    for z in (hard, soft):
        emit("softmaxCrossEntropy", lambda x, z: F.cross_entropy(x, z, reduction="none"), logits, z, grad=True)
    emit("softmaxCrossEntropy", lambda x, z: F.cross_entropy(x, z.long(), reduction="none"), logits,
         np.array([1, 0, 2, 2, 1], np.int32), grad=True)
    emit("sigmoidCrossEntropy", lambda x, z: F.binary_cross_entropy_with_logits(x, z, reduction="none"),
         np.array([-1000, -1000, 1000, 1000, 0, 0.5, -3, 40], t), np.array([0, 1, 0, 1, .5, .25, 1, 0], t), grad=True)

    x = rng.normal(size=(2, 3, 4)).astype(t)
    for axes in ((), (0,), (1,), (-1,), (0, 2), (0, 1), (1, 2), (-3, -1)):
        for keep in (False, True):
            label = " ".join(map(str, axes)) + (" keep" if keep else "")
            dims = axes if axes else (0, 1, 2)
            emit(f"sum {label}".strip(), lambda x: torch.sum(x, dims, keepdim=keep), x, grad=True)
            emit(f"mean {label}".strip(), lambda x: torch.mean(x, dims, keepdim=keep), x, grad=True)
            emit(f"max {label}".strip(), lambda x: torch.amax(x, dims, keepdim=keep), x, grad=True)
            emit(f"min {label}".strip(), lambda x: torch.amin(x, dims, keepdim=keep), x, grad=True)
    tied = np.array([[1, 3, 3], [3, -1, 0], [2, 2, 2]], t)
    emit("max", lambda x: torch.amax(x), tied, grad=True)
    emit("max 1", lambda x: torch.amax(x, 1), tied, grad=True)
    emit("min 0", lambda x: torch.amin(x, 0), tied, grad=True)
    bad = np.array([[1, nan, 3], [inf, 0, -inf], [nan, nan, 1]], t)
    emit("max 1", lambda x: torch.amax(x, 1), bad)
    emit("min 0", lambda x: torch.amin(x, 0), bad)
    emit("sum 1", lambda x: torch.sum(x, 1), bad)
    for name, f in (("argmax", np.argmax), ("argmin", np.argmin)):
        for axis in (0, 1):
            for v in (tied, bad):
                emit(f"{name} {axis}", lambda x: torch.tensor(f(x.numpy(), axis).astype(np.int32)), v)
    emit("sum 0", lambda x: torch.sum(x, 0), np.zeros((0, 3), t))
    emit("mean 0", lambda x: torch.mean(x, 0), np.zeros((0, 3), t))

    for sa, sb in (((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)),
                   ((5, 2, 3), (5, 3, 4)), ((2, 1, 2, 3), (5, 3, 4)), ((2, 3), (5, 3, 1)), ((3,), (5, 3, 2)),
                   ((5, 2, 3), (3,)), ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((9, 20), (20, 17))):
        emit("matmul", torch.matmul, rng.normal(size=sa).astype(t), rng.normal(size=sb).astype(t), grad=True)

    rows = rng.normal(size=(4, 3)).astype(t)
    emit("gather 0", lambda x, i: x[i.long()], rows, np.array([[2, 0], [2, 2]], np.int32), grad=True)
    emit("gather 1", lambda x, i: x[:, i.long()], rows, np.array([1, 1, 0], np.int32), grad=True)
    emit("transpose 2 0 1", lambda x: x.permute(2, 0, 1).contiguous(), x)
    emit("slice 1 0 2 : 1 3 -1", lambda x: x[1:2, 0:3, 2:].contiguous(), x, grad=True)
    emit("concat 1", lambda x, y: torch.cat((x, y), 1), rows, rows[:, :2].copy(), grad=True)
    emit("stack -1", lambda x, y: torch.stack((x, y), -1), rows, 2 * rows, grad=True)
    emit("reshape 3 -1", lambda x: x.reshape(3, -1), x)
    emit("broadcastTo 2 4 3", lambda x: x.expand(2, 4, 3).contiguous(), rows, grad=True)
    emit("where", lambda c, x, y: torch.where(c != 0, x, y),
         np.array([[1], [0], [-2], [0]], np.int32), rows, rows[0] * 0)

i = np.array([[2147483647, -7, 7], [-2147483648, 5, 0]], np.int32)
j = np.array([[1, 2, -2]], np.int32)
emit("add", torch.add, i, j)
emit("sub", torch.subtract, i, j)
emit("mul", torch.multiply, i, j)
emit("div", lambda x, y: torch.div(x, y, rounding_mode="trunc"), i, j)
emit("minimum", torch.minimum, i, j)
emit("maximum", torch.maximum, i, j)
emit("greater", lambda x, y: (x > y).to(torch.int32), i, j)
emit("neg", torch.neg, i)
emit("abs", torch.abs, i)
emit("sign", torch.sign, i)
emit("square", torch.square, i)
emit("relu", torch.relu, i)
emit("sum 0", lambda x: torch.sum(x, 0, dtype=torch.int32), i)
emit("max 1", lambda x: torch.amax(x, 1), i)
emit("min", lambda x: torch.amin(x), i)
emit("argmax 1", lambda x: torch.argmax(x, 1).to(torch.int32), i)
emit("cast FLOAT32", lambda x: x.to(torch.float32), i)
emit("cast FLOAT64", lambda x: x.to(torch.float64), i)
emit("cast INT32", lambda x: x.to(torch.int32), np.array([1.9, -1.9, 0.5, -0.5], np.float32))
emit("oneHot 4", lambda x: F.one_hot(x.long(), 4).to(torch.float32), np.array([[3, 0], [1, 1]], np.int32))
