"""Writes functions.txt: more of what PyTorch and NumPy compute, for OpValuesTest. Not run by the build.

Made with Python 3.11, NumPy 2.4.6 and PyTorch 2.13.0 (CPU): python functions.py > functions.txt
"""
import numpy as np
import torch
import torch.nn.functional as F

from recording import emit

inf, nan = float("inf"), float("nan")
special = [-inf, -1000.0, -30.0, -1.5, -1.0, -0.25, -0.0, 0.0, 1e-9, 0.25, 0.75, 1.0, 2.0, 30.0, 1000.0, inf, nan]
finite = [-30.0, -5.0, -1.5, -1.0, -0.25, -1e-4, 1e-4, 0.25, 0.5, 0.75, 2.0, 5.0, 30.0]
inside = [-0.984375, -0.5, -1e-4, 0.25, 0.75]
narrow = {"asin": inside, "acos": inside, "atanh": inside, "acosh": [1.03125, 1.5, 30, 1e4]}

for t in (np.float32, np.float64):
    for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh"):
        f = getattr(torch, name)
        emit(name, f, np.array(special, t))
        emit(name, f, np.array(narrow.get(name, finite), t), grad=True)
    for name in ("sin", "cos", "tan"):
        emit(name, getattr(torch, name), np.array([1e5, -65537, 1e10, 3e20, 1e38], t))
    all_special = np.array(special, t)
    emit("atan2", torch.atan2, all_special[:, None], all_special[None, :])
    grid = np.array(finite, t)
    sides = np.array([-30, -1.5, -1, -0.25, 0.5, 0.75, 2, 5], t)
    emit("atan2", torch.atan2, sides[:, None], sides[None, :], grad=True)
    emit("atan2", torch.atan2, np.array([0, 0, 0, 1, -2], t), np.array([0, 1, -2, 0, 0], t), grad=True)
    emit("atan2", torch.atan2, np.array([3e38, 1e-38, 1e-45, 1e-40], t), np.array([3e38, -1e-38, 2e-45, 1e38], t))
    emit("remainder", torch.remainder, all_special[:, None], np.array([-inf, -30, -1.5, -0.0, 0, 0.75, 2, 7, inf, nan], t))
    emit("remainder", torch.remainder, grid[:, None], np.array([-7, -0.6875, 0.75, 2.5, 100], t), grad=True)
    emit("remainder", torch.remainder, np.array([1, -1, 1, 0.3, 5.5, 1e4, -1e4, 16777215, 1e7, -1e7, 1e10, 3e12], t),
         np.array([0.1, 0.1, -0.1, 0.1, 1.1, 0.1, 0.7, 3, 0.3, 0.3, 7, -9.3], t))
    emit("remainder", torch.remainder, np.array([3e38, -3e38, 3e38, 1e37, 1e-40, 5e-45, 1e-38], t),
         np.array([1.1e38, 2.9e38, 7e33, -3e33, 3e-41, 3e-45, 1e-42], t))
    # gradients by the second operand
    emit("atan2Of", lambda x, y: torch.atan2(y, x), sides[None, :], sides[:, None], grad=True)
    emit("remainderOf", lambda b, a: torch.remainder(a, b), np.array([-7, -0.6875, 0.75, 2.5, 100], t), grid[:, None],
         grad=True)
    for name in ("floor", "ceil", "round"):
        emit(name, getattr(torch, name), np.array(special, t))
        emit(name, getattr(torch, name), np.array([-2.5, -1.5, -0.5, -1e-30, 0.5, 0.999, 1.5, 2.5, 4194304.5, 8388609,
                                                   1e10, -1e30], t))
    emit("cbrt", lambda x: torch.from_numpy(np.cbrt(x.numpy())), np.array(special + [-27, 1e-40, 3e38], t))
    emit("mish", F.mish, np.array(finite + [-0.0, -1000, 1000, nan], t), grad=True)
    emit("silu", F.silu, np.array(finite + [-0.0, -1000, 1000, nan], t), grad=True)
    emit("selu", F.selu, np.array(finite + [0, -0.0, -1000, 1000], t), grad=True)
    emit("geluTanh", lambda x: F.gelu(x, approximate="tanh"), np.array([v for v in finite if abs(v) < 3] + [nan], t),
         grad=True)
    emit("gelu", F.gelu, np.array([v for v in finite if abs(v) < 3] + [nan], t), grad=True)
    emit("softsign", F.softsign, np.array(finite + [-0.0, 1000, nan], t), grad=True)

    x = np.array([[1, -2, 3], [0.5, 4, -1]], t)
    emit("l2Loss", lambda x: (x * x).sum() / 2, x, grad=True)
    emit("expandDims 1", lambda x: x[:, None, :], x, grad=True)
    emit("squeeze -2", lambda x: torch.squeeze(x, -2), x[:1, None], grad=True)
    zeros = np.array([[2, 0, 3], [0, 5, 0], [2, 3, 4]], t)
    equal = np.array([[3, 3, 3], [0, 0, 0], [1, 2, 4]], t)
    large = np.finfo(t).max / 4
    for axes in ((), (0,), (1,), (-1, 0)):
        for keep in (False, True):
            label = " ".join(map(str, axes)) + (" keep" if keep else "")
            dims = axes if axes else (0, 1)
            emit(f"norm {label}".strip(), lambda x: torch.linalg.vector_norm(x, dim=dims, keepdim=keep), x, grad=True)
            for c in (0, 1):
                emit(f"variance:{c} {label}".strip(), lambda x: torch.var(x, dims, correction=c, keepdim=keep), x,
                     grad=True)
                emit(f"std:{c} {label}".strip(), lambda x: torch.std(x, dims, correction=c, keepdim=keep), x, grad=True)
    emit("norm 1", lambda x: torch.linalg.vector_norm(x, dim=1), equal, grad=True)
    emit("norm 0", lambda x: torch.linalg.vector_norm(x, dim=0), np.zeros((0, 2), t))
    emit("norm 0", lambda x: torch.tensor(np.array([2 * large, 3 * large / 4, inf], t)),
         np.array([[large, large / 4, inf], [-large, large / 2, 1], [large, large / 2, 0], [large, 0, 0]], t))
    emit("norm 0", lambda x: torch.tensor(np.array([5e-30], t)), np.array([[3e-30], [4e-30]], t))
    emit("std:0 1", lambda x: torch.std(x, 1, correction=0), equal, grad=True)
    emit("std:1 1", lambda x: torch.std(x, 1, correction=1), equal, grad=True)
    emit("variance:1 1", lambda x: torch.var(x, 1, correction=1), np.array([[3], [4]], t))
    for name in ("any", "all"):
        f = getattr(torch, name)
        for v in (zeros, np.array([[0, nan, inf], [0, -1, 1], [-0.0, 2, 3]], t)):
            for axis in (0, 1):
                emit(f"{name} {axis}", lambda x: f(x != 0, axis).to(x.dtype), v)
            emit(name, lambda x: f(x != 0).to(x.dtype), v)
        emit(f"{name} 0", lambda x: f(x != 0, 0).to(x.dtype), np.zeros((0, 2), t))
    for v in (x, zeros, np.zeros((0, 2), t)):
        for axis in (0, 1):
            emit(f"prod {axis}", lambda x: torch.prod(x, axis), v, grad=True)
            emit(f"prod {axis} keep", lambda x: torch.prod(x, axis, keepdim=True), v)
            emit(f"cumsum {axis}", lambda x: torch.cumsum(x, axis), v, grad=True)
            emit(f"cumprod {axis}", lambda x: torch.cumprod(x, axis), v, grad=True)
        emit("prod", lambda x: torch.prod(x), v, grad=True)
    emit("cumsum 0", lambda x: torch.cumsum(x, 0), np.array([1, inf, 2, -inf, nan], t))
    emit("cumprod 0", lambda x: torch.cumprod(x, 0), np.array([1, inf, 2, 0, 3], t))

    for repeats in ((2,), (2, 3), (1, 2), (2, 1, 2), (0, 2)):
        label = " ".join(map(str, repeats))
        emit(f"tile {label}", lambda x: torch.tile(x, repeats).contiguous(), x, grad=True)
    emit("pad 1 0 : 2 1 : 7", lambda x: F.pad(x, (0, 1, 1, 2), value=7), x, grad=True)
    emit("pad 0 2 : 0 0 : 0", lambda x: F.pad(x, (2, 0, 0, 0)), x, grad=True)
    emit("padReflect 0 2 : 0 1", lambda x: F.pad(x, (2, 1), mode="reflect"), x, grad=True)
    emit("padEdge 0 2 : 0 3", lambda x: F.pad(x[None], (2, 3, 0, 0), mode="replicate")[0], x, grad=True)
    for axes in ((0,), (1,), (0, 1)):
        emit("flip " + " ".join(map(str, axes)), lambda x: torch.flip(x, axes), x, grad=True)
    for k in (-2, -1, 0, 1, 2):
        emit(f"tril {k}", lambda x: torch.tril(x, k), zeros + 1, grad=True)
        emit(f"triu {k}", lambda x: torch.triu(x, k), x, grad=True)
    emit("tril 0", lambda x: torch.tril(x), np.array([[1, inf], [nan, 2]], t))

    ties = np.array([[3, 1, 3, 2, 1], [nan, 0, -0.0, inf, nan], [5, 4, 3, 2, -inf]], t)
    for axis in (0, 1, -2):
        for down in (False, True):
            label = f"{axis}" + (" down" if down else "")
            for v in (x, ties):
                emit(f"sort {label}", lambda x: torch.sort(x, dim=axis, descending=down, stable=True)[0], v, grad=True)
                emit(f"argsort {label}",
                     lambda x: torch.sort(x, dim=axis, descending=down, stable=True)[1].to(torch.int32), v)
    emit("topK 2 1", lambda x: torch.topk(x, 2, 1)[0], x, grad=True)
    emit("argTopK 1 0", lambda x: torch.topk(x, 1, 0)[1].to(torch.int32), x)
    places = np.array([[2, 0], [1, 1]], np.int32)
    emit("takeAlong 1", lambda x, i: torch.gather(x, 1, i.long()), x, places, grad=True)
    emit("takeAlong 0", lambda x, i: torch.gather(x, 0, i.long()), x, np.array([[1, 0, 0]], np.int32), grad=True)
    emit("addAlong 1", lambda x, i, u: x.scatter_add(1, i.long(), u), x, places, x[:, :2] * 2, grad=True)
    emit("addAt 1", lambda x, i, u: x.index_add(1, i.long(), u), x, np.array([2, 0, 2], np.int32), x / 2, grad=True)

    a = np.arange(24).reshape(2, 3, 4).astype(t) / 8 - 1
    b = np.arange(24).reshape(2, 4, 3).astype(t) / 4 - 2
    square = np.arange(9).reshape(3, 3).astype(t) - 3
    for spec, operands in (("bij,bjk->bik", (a, b)), ("bij,bjk", (a, b)), ("bij,bkl->bil", (a, b)),
                           ("bij,cji->bc", (a, b)), ("bij->jib", (a,)), ("bij->", (a,)), ("ij,jk", (x, square)),
                           ("ij->ji", (x,)), ("ij", (x,)), ("ji", (x,)), ("ii->i", (square,)), ("ii", (square,)),
                           ("ii,ij->j", (square, square)), ("i,j->ij", (x[0], x[1])), ("i,i", (x[0], x[1])),
                           ("ij,ij->ij", (x, x)), ("ij,jk,kl->li", (x, square, square)),
                           ("...j,jk->...k", (a[..., :3].copy(), square)), ("...ij,...jk", (a, b)),
                           ("b...,b...->...", (a, a)), ("...ij,...ji->...", (a[:1], b)), ("Ab,bC->CA", (x, square)),
                           (",ij->ij", (np.array(2, t), x))):
        emit(f"einsum {spec}", lambda *in_: torch.einsum(spec, *in_).contiguous(), *operands, grad=True)

i = np.array([[5, -2, 7], [0, 3, -1]], np.int32)
emit("prod 1", lambda x: torch.prod(x, 1, dtype=torch.int32), i)
emit("cumsum 1", lambda x: torch.cumsum(x, 1, dtype=torch.int32), i)
emit("cumprod 0", lambda x: torch.cumprod(x, 0, dtype=torch.int32), i)
emit("sort 1", lambda x: torch.sort(x, 1)[0], i)
emit("argsort 1 down", lambda x: torch.sort(x, 1, descending=True)[1].to(torch.int32), i)
emit("any 0", lambda x: torch.any(x != 0, 0).to(torch.int32), i)
emit("all 0", lambda x: torch.all(x != 0, 0).to(torch.int32), i)
emit("tile 2 1", lambda x: torch.tile(x, (2, 1)), i)
emit("pad 1 0 : 0 1 : -3", lambda x: F.pad(x, (0, 1, 1, 0), value=-3), i)
emit("flip 1", lambda x: torch.flip(x, (1,)), i)
emit("tril 0", lambda x: torch.tril(x), i)

i = np.array([[2147483647, -7, 7], [-2147483648, 5, 0]], np.int32)
emit("remainder", torch.remainder, i, np.array([[1, 2, -2]], np.int32))
emit("remainder", torch.remainder, i, np.array([[7, -3, 2147483647]], np.int32))
