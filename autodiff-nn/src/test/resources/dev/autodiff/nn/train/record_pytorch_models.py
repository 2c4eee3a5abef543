"""Writes the models that PyTorchFileTest loads: python record_pytorch_models.py, in this directory.

Made with PyTorch 2.13.0 (CPU) and safetensors 0.8.0. Each file has a state_dict; x and y, an input and what the model
makes of it in inference, are in values.safetensors under the model's name.
"""
import torch
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(42)
values = {}


def record(name, model, x):
    model.eval()
    with torch.no_grad():
        values[name + "/x"] = x.to(torch.int32) if x.dtype == torch.int64 else x.clone()
        values[name + "/y"] = model(x)
    save_file(model.state_dict(), name + ".safetensors")


x = torch.randn(7, 5)
record("mlp", nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8), nn.Linear(8, 3)), x)

norms = nn.Sequential(nn.Linear(5, 6, bias=False), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 6), nn.LayerNorm(6),
                      nn.Linear(6, 2))
with torch.no_grad():
    for parameter in norms.parameters():
        parameter += 0.1 * torch.randn_like(parameter)
for _ in range(3):
    norms(3 * torch.randn(16, 5) + 1)
record("norms", norms, x)


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(10, 4)
        self.output = nn.Linear(12, 2)

    def forward(self, words):
        return torch.softmax(self.output(self.table(words).flatten(1)), 1)


record("words", Words(), torch.randint(0, 10, (6, 3)))


class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.second = nn.Linear(4, 4)
        self.first = nn.Linear(4, 4)

    def forward(self, x):
        return self.second(torch.relu(self.first(x)))


record("named", Named(), torch.randn(3, 4))
half = nn.Sequential(nn.Linear(4, 2))
save_file({k: v.half() for k, v in half.state_dict().items()}, "half.safetensors")
half.load_state_dict({k: v.half().float() for k, v in half.state_dict().items()})
with torch.no_grad():
    values["half/x"] = torch.randn(3, 4)
    values["half/y"] = half(values["half/x"])


class Image(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(2, 4, 3, padding=1, stride=2)
        self.norm = nn.BatchNorm2d(4)
        self.depthwise = nn.Conv2d(4, 4, 3, groups=4)
        self.up = nn.ConvTranspose2d(4, 3, 2, stride=2)
        self.group = nn.GroupNorm(3, 3)

    def forward(self, x):
        x = torch.relu(self.norm(self.conv1(x)))
        return self.group(self.up(self.depthwise(x))).flatten(1)


image = Image()
for _ in range(3):
    image(2 * torch.randn(8, 2, 9, 9) + 1)
record("image", image, torch.randn(3, 2, 9, 9))


class Sequence(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.output = nn.Linear(layer.hidden_size * (2 if layer.bidirectional else 1), 2)

    def forward(self, x):
        return self.output(self.layer(x)[0])


sequences = torch.randn(3, 5, 4)
record("rnn", Sequence(nn.RNN(4, 6, batch_first=True)), sequences)
record("gru", Sequence(nn.GRU(4, 6, batch_first=True, bidirectional=True)), sequences)
record("lstm", Sequence(nn.LSTM(4, 6, num_layers=2, batch_first=True)), sequences)


class Text(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(11, 8)
        self.blocks = nn.ModuleList([
            nn.TransformerEncoderLayer(8, 2, 12, 0.0, "gelu", batch_first=True, norm_first=True) for _ in range(2)])
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.norm = nn.LayerNorm(8)

    def forward(self, tokens):
        x = self.tokens(tokens)
        hidden = nn.Transformer.generate_square_subsequent_mask(tokens.shape[1])
        for block in self.blocks:
            x = block(x, src_mask=hidden, is_causal=True)
        return self.norm(self.attention(x, x, x)[0])


text = Text()
with torch.no_grad():
    for parameter in text.parameters():
        parameter += 0.1 * torch.randn_like(parameter)
record("text", text, torch.randint(0, 11, (3, 6)))
save_file(values, "values.safetensors")
