"""Trains the network in digits_pytorch.onnx on the first 1,000 images of digits_8x8.csv: python digits_pytorch.py

Made with PyTorch 2.13.0 and ONNX 1.23.1. The other 797 images are for tests, of this network and of those that are made
of it.
"""
import csv
from pathlib import Path

import torch
from torch import nn

folder = Path(__file__).resolve().parent
torch.set_num_threads(1)
torch.manual_seed(1)
with open(folder / "digits_8x8.csv", newline="") as file:
    rows = [[float(cell) for cell in row] for row in list(csv.reader(file))[1:]]
images = torch.tensor([row[:-1] for row in rows]).reshape(-1, 1, 8, 8) / 16
digits = torch.tensor([int(row[-1]) for row in rows])
last = 1000


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(),
            nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256, 32), nn.ReLU())
        self.digits = nn.Linear(32, 10)

    def forward(self, image):
        return self.digits(self.features(image))


model = Reader()
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
for epoch in range(30):
    order = torch.randperm(last)
    for at in range(0, last, 32):
        chosen = order[at:at + 32]
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images[chosen]), digits[chosen]).backward()
        optimizer.step()
model.eval()
right = (model(images[last:]).argmax(1) == digits[last:]).float().mean()
print(f"test accuracy {100 * right:.1f} % of {len(rows) - last} images")
torch.onnx.export(model, (images[:2],), folder / "digits_pytorch.onnx", input_names=["image"],
                  output_names=["scores"], opset_version=17, dynamo=False,
                  dynamic_axes={"image": {0: "batch"}, "scores": {0: "batch"}})
