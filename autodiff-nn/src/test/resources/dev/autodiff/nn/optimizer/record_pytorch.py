"""Records what PyTorch's optimizers do, for PyTorchOptimizersTest: python record_pytorch.py > pytorch.csv

Made with PyTorch 2.13.0 (CPU), in double precision. The problem is that of OptimizerProblem.java: a layer of tanh with the
mean squared error, as one function of a matrix W [3, 2] and a vector b [2]. Each line has the optimizer's name, the number
of the step, and all elements of W and b after it.
"""
import torch

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
}

for name, make in OPTIMIZERS.items():
    w = torch.tensor(W0, requires_grad=True)
    b = torch.tensor(B0, requires_grad=True)
    optimizer = make([w, b])
    for step in range(1, 16):
        optimizer.zero_grad()
        ((torch.tanh(X @ w + b) - T) ** 2).mean().backward()
        optimizer.step()
        values = torch.cat([w.flatten(), b]).tolist()
        print(f"{name},{step}," + ",".join(repr(v) for v in values))
