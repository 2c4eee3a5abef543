"""Records what PyTorch's layers for images do, for ImageLayersTest: python record_images.py > images.csv

Made with PyTorch 2.13.0 (CPU), in double precision. Each line has a name and numbers in the order of memory. Inputs,
parameters and upstream gradients are those of numbers().
"""
import torch
from torch import nn

torch.set_default_dtype(torch.float64)


def numbers(shape, step):
    n = int(torch.tensor(shape).prod())
    return ((torch.arange(n) * step + 3) % 11 - 5).double().reshape(shape) / 4


def record(name, tensor):
    print(name + "," + ",".join(f"{v:.15g}" for v in tensor.detach().flatten().tolist()))


def passes(name, layer, *shape):
    """Records the output, and the gradients of the sum of output times upstream by input and parameters."""
    x = numbers(shape, 7).requires_grad_()
    parameters = list(layer.parameters())
    with torch.no_grad():
        for i, p in enumerate(parameters):
            p.copy_(numbers(p.shape, 5 + i))
    y = layer(x)
    (y * numbers(y.shape, 3)).sum().backward()
    record(name + "/y", y)
    record(name + "/dx", x.grad)
    for i, p in enumerate(parameters):
        record(f"{name}/d{i}", p.grad)


class Separable(nn.Module):
    def __init__(self):
        super().__init__()
        self.depthwise = nn.Conv2d(3, 6, 3, stride=2, padding=1, groups=3, bias=False)
        self.pointwise = nn.Conv2d(6, 4, 1)

    def forward(self, x):
        return self.pointwise(self.depthwise(x))


class GlobalMax(nn.Module):
    def forward(self, x):
        return x.amax(2)


passes("conv1d", nn.Conv1d(4, 6, 3, stride=2, padding=1, groups=2), 2, 4, 7)
passes("conv2d", nn.Sequential(nn.Conv2d(3, 4, (3, 2), padding=(1, 0), dilation=(1, 2)), nn.ReLU()), 2, 3, 5, 6)
passes("conv2dTranspose", nn.ConvTranspose2d(3, 2, 3, stride=2, padding=1, output_padding=1), 2, 3, 4, 3)
passes("depthwise", nn.Conv2d(3, 6, 3, padding=1, groups=3), 2, 3, 4, 5)
passes("separable", Separable(), 2, 3, 5, 5)
passes("maxPooling1d", nn.MaxPool1d(3, 2, ceil_mode=True), 2, 3, 8)
passes("maxPooling2d", nn.MaxPool2d((2, 3)), 2, 2, 5, 7)
passes("averagePooling1d", nn.AvgPool1d(2, padding=1), 2, 3, 7)
passes("averagePooling2d", nn.AvgPool2d(3, 1, 1, count_include_pad=False), 1, 2, 4, 5)
passes("globalAverage", nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), 2, 3, 4, 5)
passes("globalAverage1d", nn.Sequential(nn.AdaptiveAvgPool1d(1), nn.Flatten()), 2, 3, 13)
passes("globalMax1d", GlobalMax(), 2, 3, 13)
passes("zeroPadding", nn.ZeroPad2d((1, 2, 0, 3)), 1, 2, 2, 3)
passes("batchNorm", nn.BatchNorm2d(3), 4, 3, 2, 5)
passes("groupNorm", nn.GroupNorm(2, 4), 3, 4, 2, 3)
passes("rmsNorm", nn.RMSNorm(6, eps=1e-5), 4, 6)
