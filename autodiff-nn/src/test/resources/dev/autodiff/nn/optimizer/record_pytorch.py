"""Records what PyTorch's optimizers do, for OptimizerFormulaTest and UpdateOptionsTest: python record_pytorch.py > pytorch.csv

Made with PyTorch 2.13.0 (CPU), in double precision. The problem is that of OptimizerProblem.java: a layer of tanh with the
mean squared error, as one function of a matrix W [3, 2] and a vector b [2]. Each line has the optimizer's name, the number
of the step, and all elements of W and b after it; those of "averages" are averages of them. Lion, which PyTorch does not
have, follows the paper's algorithm 2 in NumPy (Chen and others 2023).
"""
import numpy as np
import torch
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

torch.set_default_dtype(torch.float64)
X = torch.tensor([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75], [-0.5, 1.25, 0.1], [2.0, -0.3, 0.6], [-1.2, 0.8, -0.4]])
T = torch.tensor([[0.3, -0.5], [-0.2, 0.9], [0.8, 0.1], [-0.6, 0.4], [0.05, -0.35]])
W0 = [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]]
B0 = [0.05, -0.1]

OPTIMIZERS = {
    "gradientDescent": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1),
    "rmsProp": lambda p: torch.optim.RMSprop(p, lr=0.1, alpha=0.9, eps=1e-8),
    "adam": lambda p: torch.optim.Adam(p, lr=0.1),
    "adamW": lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.05),
    "amsgrad": lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.9, 0.6), amsgrad=True),
    "adadelta": lambda p: torch.optim.Adadelta(p, lr=20.0),
    "adamax": lambda p: torch.optim.Adamax(p, lr=0.1),
    "nadam": lambda p: torch.optim.NAdam(p, lr=0.1),
    "decayWithoutBiases": lambda p: torch.optim.AdamW(
        [{"params": p[:1], "weight_decay": 0.05}, {"params": p[1:], "weight_decay": 0}], lr=0.1),
    "rates": lambda p: torch.optim.AdamW([{"params": p[:1], "lr": 0.05}, {"params": p[1:]}], lr=0.1, weight_decay=0.05),
}


SGD = OPTIMIZERS["gradientDescent"]


def gradient(w, b):
    w.grad = b.grad = None
    ((torch.tanh(X @ w + b) - T) ** 2).mean().backward()


def run(name, make, clip=lambda p: None):
    w = torch.tensor(W0, requires_grad=True)
    b = torch.tensor(B0, requires_grad=True)
    optimizer = make([w, b])
    for step in range(1, 21):
        gradient(w, b)
        clip([w, b])
        optimizer.step()
        write(name, step, torch.cat([w.flatten(), b]))


def write(name, step, values):
    print(f"{name},{step}," + ",".join(repr(v) for v in values.tolist()))


def lion():
    w, b = (torch.tensor(v, requires_grad=True) for v in (W0, B0))
    m = [np.zeros((3, 2)), np.zeros(2)]
    for step in range(1, 21):
        gradient(w, b)
        with torch.no_grad():
            for i, p in enumerate((w, b)):
                g = p.grad.numpy()
                c = 0.9 * m[i] + 0.1 * g
                p.copy_(torch.from_numpy(p.numpy() - 0.05 * (np.sign(c) + 0.3 * p.numpy())))
                m[i] = 0.99 * m[i] + 0.01 * g
        write("lion", step, torch.cat([w.detach().flatten(), b.detach()]))


def averages():
    model = torch.nn.Linear(2, 3)
    with torch.no_grad():
        model.weight.copy_(torch.tensor(W0))
        model.bias = torch.nn.Parameter(torch.tensor(B0))
    optimizer = SGD(model.parameters())
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.8))
    for step in range(1, 21):
        gradient(model.weight, model.bias)
        optimizer.step()
        averaged.update_parameters(model)
        write("averages", step, torch.cat([averaged.module.weight.flatten(), averaged.module.bias]))


for name, make in OPTIMIZERS.items():
    run(name, make)
lion()
averages()
run("clipValue", SGD, lambda p: clip_grad_value_(p, 0.05))
run("clipNorm", SGD, lambda p: [clip_grad_norm_(v, 0.2) for v in p])
run("clipGlobalNorm", SGD, lambda p: clip_grad_norm_(p, 0.2))


def lbfgs(name, history):
    for iterations in range(1, 21):
        w = torch.tensor(W0, requires_grad=True)
        b = torch.tensor(B0, requires_grad=True)
        optimizer = torch.optim.LBFGS([w, b], max_iter=iterations, max_eval=1000, history_size=history,
                                      tolerance_grad=0, tolerance_change=0, line_search_fn="strong_wolfe")

        def closure():
            gradient(w, b)
            return ((torch.tanh(X @ w + b) - T) ** 2).mean()

        optimizer.step(closure)
        write(name, iterations, torch.cat([w.detach().flatten(), b.detach()]))


lbfgs("lbfgs", 100)
lbfgs("lbfgs of 3", 3)
