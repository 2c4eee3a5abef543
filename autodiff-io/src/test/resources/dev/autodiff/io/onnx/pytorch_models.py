"""Exports models from PyTorch with what they predict, for PyTorchModelsTest: python pytorch_models.py DIRECTORY

Made with PyTorch 2.13.0 and ONNX 1.23.1, by the exporter that writes weights into the file; mlp-external.onnx has them
in mlp-external.onnx.data, as the exporter with dynamo=True always does. Each model has inputs and predictions in an
archive of its name.
"""
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


models = {
    "mlp": (nn.Sequential(nn.Flatten(), nn.Linear(12, 5), nn.ReLU(), nn.Linear(5, 3), nn.Softmax(-1)),
            torch.randn(4, 3, 4), 17),
    "residual": (nn.Sequential(Residual(), Residual(), nn.Linear(6, 2), nn.Tanh()), torch.randn(5, 6), 13),
    "attention": (Attention(), torch.randint(0, 11, (3, 5)), 18),
}
for name, (model, x, opset) in models.items():
    for module in model.modules():  # moving averages as after some training
        if isinstance(module, nn.BatchNorm1d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    model.eval()
    torch.onnx.export(model, (x,), out / f"{name}.onnx", input_names=["x"], output_names=["y"], opset_version=opset,
                      dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}}, dynamo=False)
    x = torch.cat([x, x.flip(0)])  # a batch of another size than at the export
    np.savez(out / f"{name}.npz", x=x.numpy(), y=model(x).detach().numpy())
model = onnx.load(out / "mlp.onnx")
onnx.save(model, out / "mlp-external.onnx", save_as_external_data=True, location="mlp-external.onnx.data",
          size_threshold=0)
