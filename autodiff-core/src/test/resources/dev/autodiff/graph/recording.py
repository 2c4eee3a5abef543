"""How values.py and functions.py write a case, for OpValuesTest.

One case a line, fields separated by tabs: name, inputs, expected result, and (where it is asked for) the expected
gradient of the sum of the result by the first input. An array is written as type[dims]:values.
"""
import numpy as np
import torch

NAMES = {np.dtype("float32"): "FLOAT32", np.dtype("float64"): "FLOAT64", np.dtype("int32"): "INT32"}


def number(v):
    return str(v)  # the fewest digits that read back as the same


def text(a):
    a = np.asarray(a)
    return NAMES[a.dtype] + str(list(a.shape)).replace(" ", "") + ":" + ",".join(number(v) for v in a.ravel())


def emit(name, f, *inputs, grad=False):
    tensors = [torch.tensor(x) for x in inputs]
    if grad:
        tensors[0].requires_grad_()
    y = f(*tensors)
    fields = [name, " ".join(text(x) for x in inputs), text(y.detach().numpy())]
    if grad:
        y.sum().backward()
        fields.append(text(tensors[0].grad.numpy()))
    print("\t".join(fields))
