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
    for name in ("floor", "ceil", "round"):
        emit(name, getattr(torch, name), np.array(special, t))
        emit(name, getattr(torch, name), np.array([-2.5, -1.5, -0.5, -1e-30, 0.5, 0.999, 1.5, 2.5, 4194304.5, 8388609,
                                                   1e10, -1e30], t))
    emit("softsign", F.softsign, np.array(finite + [-0.0, 1000, nan], t), grad=True)
