"""PyTorch in the comparison: python torch_worker.py THREADS. Eager mode."""
import platform
import sys

import protocol


def start():
    try:
        import numpy as np
        import torch
    except ImportError as e:
        raise RuntimeError(
            f"{e}, with {sys.executable}. Install PyTorch: {sys.executable} -m pip install torch numpy; or name another"
            " Python with --python"
        )
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else torch.get_num_threads()
    torch.set_num_threads(threads)
    blas = "MKL" if torch.backends.mkl.is_available() else "no MKL"
    about = f"eager, {blas}, threads: {torch.get_num_threads()}, Python {platform.python_version()}"
    return "PyTorch", torch.__version__, about, lambda task: prepare(torch, np, task)


def prepare(torch, np, task):
    if task == "W8":
        return chain(torch, np)
    if task.startswith("G"):
        return matmul(torch, task)
    if task == "W11":
        import torch_gpt

        return torch_gpt.training(torch, np)
    if task.startswith("I"):
        return inference(torch, np, task)
    return training(torch, np, task)


def mlp(torch, layers, dropout=0.0):
    parts = []
    for i, (n, m) in enumerate(zip(layers, layers[1:])):
        parts.append(torch.nn.Linear(n, m))
        if i < len(layers) - 2:
            parts.append(torch.nn.ReLU())
            if dropout:
                parts.append(torch.nn.Dropout(dropout))
    return parts[0] if len(parts) == 1 else torch.nn.Sequential(*parts)


def lenet(nn):
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        nn.Conv2d(1, 6, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(256, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )


def normalized(nn):
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        nn.Conv2d(1, 32, 3, padding=1),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(3136, 10),
    )


def recurrent(torch):
    class Lstm(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = torch.nn.LSTM(28, 128, batch_first=True)
            self.output = torch.nn.Linear(128, 10)

        def forward(self, x):
            return self.output(self.lstm(x.view(-1, 28, 28))[0][:, -1])

    return Lstm()


def training(torch, np, task):
    if task in protocol.IMAGES:
        model = (lenet if task == "W9" else normalized)(torch.nn)
    elif task == "W10":
        model = recurrent(torch)
    else:
        model = mlp(torch, protocol.MODELS[task][1], protocol.DROPOUT.get(task, 0.0))
    functional = torch.nn.functional
    loss = functional.mse_loss if task in protocol.REGRESSION else functional.cross_entropy
    if task in protocol.ADAM:
        optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    else:
        optimizer = torch.optim.SGD(model.parameters(), 1e-2)
    features, targets = protocol.data(np, task)

    def step():
        x, y = torch.from_numpy(features), torch.from_numpy(targets)
        optimizer.zero_grad(set_to_none=True)
        loss(model(x), y).backward()
        optimizer.step()

    def result():
        return loss(model(torch.from_numpy(features)), torch.from_numpy(targets)).item()

    return protocol.Task(step, result)


def inference(torch, np, task):
    model = mlp(torch, protocol.MODELS[task][1]).eval()
    features, _ = protocol.data(np, task)
    kept = [None]

    def step():
        with torch.inference_mode():
            kept[0] = model(torch.from_numpy(features))

    return protocol.Task(step, lambda: kept[0].sum().item())


def chain(torch, np):
    values = np.random.default_rng(1).random(protocol.CHAIN, dtype=np.float32)
    kept = [None]

    def step():
        x = torch.from_numpy(values).requires_grad_()
        x.grad = None
        v = x
        for _ in range(protocol.CHAIN_LENGTH // 4):
            v = torch.tanh(torch.relu((v + 0.1) * 0.99))
        v.sum().backward()
        kept[0] = x.grad

    return protocol.Task(step, lambda: kept[0].sum().item())


def matmul(torch, task):
    m, k, n, a_transposed, b_transposed = protocol.product(task)
    a = (torch.rand(k, m).t() if a_transposed else torch.rand(m, k)) - 0.5
    b = (torch.rand(n, k).t() if b_transposed else torch.rand(k, n)) - 0.5
    c = torch.empty(m, n)
    return protocol.Task(lambda: torch.mm(a, b, out=c), lambda: c[0, 0].item(), 2.0 * m * k * n)


if __name__ == "__main__":
    protocol.serve(start)
