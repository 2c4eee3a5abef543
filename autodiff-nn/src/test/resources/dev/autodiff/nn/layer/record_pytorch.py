"""Records what PyTorch's layers do, for PyTorchLayersTest: python record_pytorch.py > pytorch.csv

Made with PyTorch 2.13.0 (CPU), in double precision. Each line has a name and numbers in the order of memory.
"""
import torch

torch.set_default_dtype(torch.float64)
A = torch.tensor([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75], [-0.5, 1.25, 0.1], [2.0, -0.3, 0.6]])
B = torch.tensor([[0.3, -0.5, 1.0], [-0.2, 0.9, -2.0], [0.8, 0.1, 0.4]])
UP = torch.tensor([[1.0, -2.0, 0.5], [0.3, 0.7, -0.1], [-0.6, 0.4, 0.9], [0.2, -0.8, 1.1]])
SCALE = [1.5, 0.5, -2.0]
SHIFT = [0.1, -0.2, 0.3]


def record(name, tensor):
    print(name + "," + ",".join(repr(v) for v in tensor.detach().flatten().tolist()))


def passes(name, layer, x, up):
    """Records the output for x, and the gradients of the sum of output times up."""
    x = x.clone().requires_grad_()
    layer.weight.grad = layer.bias.grad = None
    y = layer(x)
    (y * up).sum().backward()
    record(name + "/y", y)
    record(name + "/dx", x.grad)
    record(name + "/dscale", layer.weight.grad)
    record(name + "/dshift", layer.bias.grad)


def parameters(layer):
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(SCALE))
        layer.bias.copy_(torch.tensor(SHIFT))
    return layer


norm = parameters(torch.nn.BatchNorm1d(3))
passes("batchNorm/training", norm, A, UP)
norm(B)
record("batchNorm/movingMean", norm.running_mean)
record("batchNorm/movingVariance", norm.running_var)
norm.eval()
passes("batchNorm/inference", norm, A, UP)

# Batch, place and feature: PyTorch has the features in the middle.
norm = parameters(torch.nn.BatchNorm1d(3))
record("batchNorm3/y", norm(A.reshape(2, 2, 3).permute(0, 2, 1)).permute(0, 2, 1))
record("batchNorm3/movingVariance", norm.running_var)

passes("layerNorm", parameters(torch.nn.LayerNorm(3)), A, UP)

# A layer with a penalty of 0.1 on the squares of its weights and columns of norm 0.5 at most, after two steps.
w = torch.tensor([[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]], requires_grad=True)
b = torch.tensor([0.05, -0.1], requires_grad=True)
optimizer = torch.optim.SGD([w, b], lr=0.1)
for _ in range(2):
    optimizer.zero_grad()
    (torch.tanh(A @ w + b).square().mean() + 0.1 * w.square().sum()).backward()
    optimizer.step()
    with torch.no_grad():
        # torch.renorm adds 1e-7 to the norm
        w.mul_((0.5 / w.norm(dim=0)).clamp(max=1))
record("dense/weights", w)
record("dense/bias", b)
