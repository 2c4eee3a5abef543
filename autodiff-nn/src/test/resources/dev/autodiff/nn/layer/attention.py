"""Writes attention.csv: what PyTorch's attention layers compute, for AttentionLayersTest. Not run by the build.

Made with Python 3.11 and PyTorch 2.13.0 (CPU), in double precision: python attention.py > attention.csv
"""
import torch
import torch.nn as nn

torch.set_default_dtype(torch.float64)


def values(shape, step):
    count = torch.Size(shape).numel()
    return (torch.sin(torch.arange(count) * step) / 2).reshape(shape)


def fill(module):
    """Sets every parameter to sines, so that a test can make the same."""
    for i, p in enumerate(module.parameters()):
        p.data = values(p.shape, 0.7 + 0.1 * i) + (1 if p.dim() == 1 and "norm" in names[id(p)] else 0)


def record(name, module, *inputs, **arguments):
    global names
    names = {id(p): n for n, p in module.named_parameters()}
    fill(module)
    given = [x.clone().requires_grad_() for x in inputs]
    y = module(*given, **arguments)
    y = y[0] if isinstance(y, tuple) else y
    (y * values(y.shape, 0.3)).sum().backward()
    for label, x in [("y", y)] + [(f"d{i}", x.grad) for i, x in enumerate(given)] + [
            (n, p.grad) for n, p in module.named_parameters()]:
        print(",".join([f"{name}/{label}"] + [repr(v) for v in x.detach().flatten().tolist()]))


x = values((2, 3, 8), 0.9)
memory = values((2, 5, 8), 0.4)
causal = torch.triu(torch.full((3, 3), float("-inf")), 1)
attention = lambda: nn.MultiheadAttention(8, 2, batch_first=True)  # noqa: E731


class Self(nn.Module):
    def __init__(self, mask=None):
        super().__init__()
        self.a, self.mask = attention(), mask

    def forward(self, x):
        return self.a(x, x, x, attn_mask=self.mask, need_weights=False)[0]


class Cross(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = attention()

    def forward(self, x, memory):
        return self.a(x, memory, memory, need_weights=False)[0]


record("self", Self(), x)
record("causal", Self(causal), x)
record("cross", Cross(), x, memory)
for first in (True, False):
    layer = nn.TransformerEncoderLayer(8, 2, 12, 0.0, "gelu", norm_first=first, batch_first=True)
    record("block" + ("" if first else "Last"), layer, x, src_mask=causal)
