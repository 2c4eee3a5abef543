"""Writes recurrent.csv: what PyTorch's recurrent layers compute, for PyTorchRecurrentTest. Run it with PyTorch installed:

python recurrent.py

A line has a name and numbers. Parameters are in PyTorch's layout, so that the test shows how they are converted.
"""
import torch

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
BATCH, STEPS, FEATURES, UNITS = 3, 5, 2, 4
LENGTHS = [5, 2, 3]
lines = []


def record(name, tensor):
    lines.append(",".join([name] + [repr(v) for v in tensor.detach().flatten().tolist()]))


x = torch.randn(BATCH, STEPS, FEATURES)
record("x", x)
record("lengths", torch.tensor(LENGTHS, dtype=torch.float64))
upstream = torch.randn(BATCH, STEPS, 2 * UNITS)
upstream_last = torch.randn(BATCH, UNITS)
record("upstream", upstream[:, :, :UNITS].contiguous())
record("upstreamBoth", upstream)
record("upstreamLast", upstream_last)


def case(name, layer, initial=None, packed=False):
    width = UNITS * (2 if layer.bidirectional else 1)
    for key, parameter in layer.named_parameters():
        parameter.data = 0.5 * torch.randn_like(parameter)
        record(f"{name}/{key}", parameter)
    inputs = x.clone().requires_grad_()
    states = None
    if initial is not None:
        states = [0.5 * torch.randn(1, BATCH, UNITS) for _ in range(initial)]
        states = [s.requires_grad_() for s in states]
        for i, s in enumerate(states):
            record(f"{name}/initial{i}", s)
    given = None if states is None else (states[0] if initial == 1 else tuple(states))
    fed = inputs
    if packed:
        fed = torch.nn.utils.rnn.pack_padded_sequence(inputs, LENGTHS, batch_first=True, enforce_sorted=False)
    y, last = layer(fed, given)
    last = last if isinstance(last, tuple) else (last,)
    loss = 0
    if not packed:  # PyTorch pads with zeros, Keras repeats: only states are compared
        record(f"{name}/y", y)
        loss = (y * upstream[:, :, :width]).sum()
    for i, s in enumerate(last):
        record(f"{name}/last{i}", s)
    if not layer.bidirectional and layer.num_layers == 1:
        loss = loss + (last[-1][0] * upstream_last).sum()
    loss.backward()
    record(f"{name}/dx", inputs.grad)
    for key, parameter in layer.named_parameters():
        record(f"{name}/d_{key}", parameter.grad)
    for i, s in enumerate(states or []):
        record(f"{name}/d_initial{i}", s.grad)


def make(kind, **options):
    return kind(FEATURES, UNITS, batch_first=True, **options)


case("rnn", make(torch.nn.RNN), initial=1)
case("lstm", make(torch.nn.LSTM), initial=2)
case("gru", make(torch.nn.GRU), initial=1)
case("lstmLengths", make(torch.nn.LSTM), packed=True)
case("gruLengths", make(torch.nn.GRU), packed=True)
case("lstmBoth", make(torch.nn.LSTM, bidirectional=True))
case("gruStacked", make(torch.nn.GRU, num_layers=2))
with open("recurrent.csv", "w") as file:
    file.write("\n".join(lines) + "\n")
