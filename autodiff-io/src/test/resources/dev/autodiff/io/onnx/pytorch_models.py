"""Exports models from PyTorch with what they predict, for PyTorchModelsTest:

    python pytorch_models.py DIRECTORY           those that are kept beside this script
    python pytorch_models.py DIRECTORY others    these and larger ones, which the test makes where Python has PyTorch;
                                                 where it has onnxscript, by the exporter with dynamo=True as well

Made with PyTorch 2.13.0 and ONNX 1.23.1, by the exporter that writes weights into the file; mlp-external.onnx has them
in mlp-external.onnx.data, as the exporter with dynamo=True always does. Each model has inputs and predictions in an
archive of its name.
"""
import importlib.util
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

warnings.filterwarnings("ignore")
out = Path(sys.argv[1])
torch.manual_seed(5)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(6, 8)
        self.norm = nn.BatchNorm1d(8)
        self.second = nn.Linear(8, 6)

    def forward(self, x):
        y = self.second(nn.functional.silu(self.norm(self.first(x))))
        return nn.functional.leaky_relu(x + y, 0.2)


class Attention(nn.Module):
    """A block of a GPT, written out: shapes are computed from the input's."""

    def __init__(self, size=8, heads=2):
        super().__init__()
        self.heads = heads
        self.embedding = nn.Embedding(11, size)
        self.norm = nn.LayerNorm(size)
        self.qkv = nn.Linear(size, 3 * size)
        self.out = nn.Linear(size, size)
        self.head = nn.Linear(size, 11, bias=False)

    def forward(self, tokens):
        x = self.embedding(tokens)
        b, t, c = x.size()
        q, k, v = self.qkv(self.norm(x)).chunk(3, dim=2)
        q, k, v = (z.view(b, t, self.heads, c // self.heads).transpose(1, 2) for z in (q, k, v))
        scores = q @ k.transpose(-2, -1) / (c // self.heads) ** 0.5
        mask = torch.tril(torch.ones(t, t)).bool()
        scores = scores.masked_fill(~mask, float("-inf"))
        y = (scores.softmax(-1) @ v).transpose(1, 2).reshape(b, t, c)
        return self.head(nn.functional.gelu(x + self.out(y)))


class Lstm(nn.Module):
    """Two layers in both directions."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=True)
        self.out = nn.Linear(8, 2)

    def forward(self, x):
        y, _ = self.lstm(x)
        return self.out(y)


class Gru(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 5, batch_first=True)
        self.rnn = nn.RNN(5, 2, nonlinearity="relu", bidirectional=True)

    def forward(self, x):
        y, last = self.gru(x)
        z, _ = self.rnn(y.transpose(0, 1))
        return torch.cat([last[0], z[-1]], 1)


class Block(nn.Module):
    def __init__(self, size, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(size), nn.LayerNorm(size)
        self.qkv, self.out = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.mlp = nn.Sequential(nn.Linear(size, 4 * size), nn.GELU(), nn.Linear(4 * size, size))

    def forward(self, x):
        b, t, c = x.size()
        q, k, v = (z.view(b, t, self.heads, c // self.heads).transpose(1, 2)
                   for z in self.qkv(self.norm1(x)).split(c, dim=2))
        y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(y.transpose(1, 2).contiguous().view(b, t, c))
        return x + self.mlp(self.norm2(x))


class Gpt(nn.Module):
    """A small GPT, as nanoGPT writes it."""

    def __init__(self, words=40, length=16, size=32):
        super().__init__()
        self.words, self.places = nn.Embedding(words, size), nn.Embedding(length, size)
        self.blocks = nn.ModuleList([Block(size, 4), Block(size, 4)])
        self.norm = nn.LayerNorm(size)
        self.head = nn.Linear(size, words, bias=False)
        self.head.weight = self.words.weight

    def forward(self, tokens):
        t = tokens.size(1)
        x = self.words(tokens) + self.places(torch.arange(t, device=tokens.device))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


def lenet():
    return nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(),
                         nn.AvgPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 10))


models = {
    "mlp": (nn.Sequential(nn.Flatten(), nn.Linear(12, 5), nn.ReLU(), nn.Linear(5, 3), nn.Softmax(-1)),
            torch.randn(4, 3, 4), 17),
    "residual": (nn.Sequential(Residual(), Residual(), nn.Linear(6, 2), nn.Tanh()), torch.randn(5, 6), 13),
    "attention": (Attention(), torch.randint(0, 11, (3, 5)), 18),
    "lstm": (Lstm(), torch.randn(2, 5, 3), 17),
    "depthwise": (nn.Sequential(nn.Conv2d(2, 4, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU6(),
                                nn.Conv2d(4, 4, 3, padding=1, groups=4), nn.BatchNorm2d(4), nn.Hardswish(),
                                nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)), torch.randn(2, 2, 8, 7), 15),
}
others = len(sys.argv) > 2
if others:
    models |= {
        "gru": (Gru(), torch.randn(3, 4, 3), 16),
        "lenet": (lenet(), torch.randn(2, 1, 28, 28), 13),
        "gpt": (Gpt(), torch.randint(0, 40, (2, 16)), 17),
    }
for name, (model, x, opset) in models.items():
    for module in model.modules():  # moving averages as after some training
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    model.eval()
    torch.onnx.export(model, (x,), out / f"{name}.onnx", input_names=["x"], output_names=["y"], opset_version=opset,
                      dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}}, dynamo=False)
    if others and importlib.util.find_spec("onnxscript"):
        torch.onnx.export(model, (x,), out / f"{name}-dynamo.onnx", input_names=["x"], output_names=["y"],
                          dynamic_shapes=({0: torch.export.Dim("batch")},), dynamo=True, external_data=True,
                          verbose=False)
    x = torch.cat([x, x.flip(0)])  # a batch of another size than at the export
    np.savez(out / f"{name}.npz", x=x.numpy(), y=model(x).detach().numpy())
if not others:
    model = onnx.load(out / "mlp.onnx")
    onnx.save(model, out / "mlp-external.onnx", save_as_external_data=True, location="mlp-external.onnx.data",
              size_threshold=0)
