"""Writes images.txt: what PyTorch makes of images, for ImageValuesTest. Not run by the build.

Made with Python 3.11 and PyTorch 2.13.0 (CPU): python images.py > images.txt

One case a line, fields separated by tabs: a function with its options, the shapes of images and weights, the result y,
the gradients of the sum of y² / 2 by images and by weights, and the gradient of the sum of the squares of these two by
the images, all in PyTorch's axes. The numbers of the operands are those of numbers().
"""
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def numbers(shape, step):
    """Quarters from -1.25 to 1.25, with repetitions; their products and sums are exact."""
    n = int(torch.tensor(shape).prod())
    return ((torch.arange(n) * step + 3) % 11 - 5).double().reshape(shape) / 4


def text(a):
    values = ",".join(str(int(v)) if v == int(v) else str(v) for v in a.detach().flatten().tolist())
    return "x".join(map(str, a.shape)) + ":" + values


def emit(spec, f, x_shape, w_shape=None):
    x = numbers(x_shape, 7).requires_grad_()
    operands = [x] if w_shape is None else [x, numbers(w_shape, 5).requires_grad_()]
    y = f(*operands)
    first = torch.autograd.grad(y.square().sum() / 2, operands, create_graph=True)
    second = torch.autograd.grad(sum(g.square().sum() for g in first), x)[0]
    shapes = [" ".join("x".join(map(str, o.shape)) for o in operands)]
    print("\t".join([spec] + shapes + [text(a) for a in (y, *first, second)]))


def conv(strides=(1, 1), padding=(0, 0, 0, 0), dilation=(1, 1), groups=1):
    """Padding: top, bottom, left, right."""
    top, bottom, left, right = padding
    return lambda x, w: F.conv2d(F.pad(x, (left, right, top, bottom)), w, None, strides, 0, dilation, groups)


emit("conv2d", conv(), (2, 3, 5, 4), (4, 3, 3, 2))
emit("conv2d", conv(), (2, 3, 4, 3), (2, 3, 1, 1))
emit("conv2d strides=2,1 padding=1,1,1,1", conv((2, 1), (1, 1, 1, 1)), (2, 2, 5, 5), (3, 2, 3, 3))
emit("conv2d strides=2,3 padding=0,2,1,0", conv((2, 3), (0, 2, 1, 0)), (1, 2, 5, 6), (3, 2, 2, 3))
emit("conv2d dilation=2,1 padding=1,0,0,1", conv((1, 1), (1, 0, 0, 1), (2, 1)), (2, 2, 5, 4), (2, 2, 2, 2))
emit("conv2d groups=2", conv(groups=2), (1, 4, 4, 4), (6, 2, 2, 2))
emit("conv2d groups=3 strides=2,2 padding=1,1,1,1", conv((2, 2), (1, 1, 1, 1), groups=3), (2, 3, 4, 5), (3, 1, 3, 3))
emit("conv2d groups=3", conv(groups=3), (2, 3, 4, 4), (6, 1, 2, 3))
emit("conv2d same", conv((1, 1), (1, 1, 0, 1)), (1, 2, 4, 4), (2, 2, 3, 2))
emit("conv2d same strides=2,2", conv((2, 2), (0, 1, 1, 1)), (1, 2, 4, 5), (2, 2, 3, 3))
emit("conv2d sameLower strides=2,2", conv((2, 2), (1, 0, 1, 1)), (1, 2, 4, 5), (2, 2, 3, 3))
emit("conv2d same dilation=2,2", conv((1, 1), (2, 2, 2, 2), (2, 2)), (1, 1, 5, 5), (2, 1, 3, 3))
emit("conv1d strides=2 padding=2", lambda x, w: F.conv1d(x, w, None, 2, 2), (2, 2, 7), (3, 2, 4))
emit("conv1d groups=2 dilation=2", lambda x, w: F.conv1d(x, w, None, 1, 0, 2, 2), (1, 4, 7), (4, 2, 3))

emit("transpose2d", F.conv_transpose2d, (2, 3, 3, 2), (3, 2, 2, 3))
emit("transpose2d strides=2,3 padding=1,1,0,0 more=1,2",
     lambda x, w: F.conv_transpose2d(x, w, None, (2, 3), (1, 0), (1, 2)), (1, 2, 3, 3), (2, 3, 3, 2))
emit("transpose2d groups=2 dilation=2,1 strides=2,2",
     lambda x, w: F.conv_transpose2d(x, w, None, 2, 0, 0, 2, (2, 1)), (1, 4, 2, 3), (4, 3, 2, 2))
emit("transpose2d groups=3 strides=2,2",
     lambda x, w: F.conv_transpose2d(x, w, None, 2, 0, 0, 3), (2, 3, 2, 3), (3, 1, 3, 2))
emit("transpose1d strides=3 padding=1 more=1",
     lambda x, w: F.conv_transpose1d(x, w, None, 3, 1, 1), (2, 2, 4), (2, 3, 4))

emit("maxPool2d size=2,2", lambda x: F.max_pool2d(x, 2), (2, 3, 5, 4))
emit("maxPool2d size=3,2 strides=2,1 padding=1,1,1,1",
     lambda x: F.max_pool2d(x, (3, 2), (2, 1), (1, 1)), (2, 2, 5, 4))
emit("maxPool2d size=2,2 strides=2,2 ceil", lambda x: F.max_pool2d(x, 2, 2, ceil_mode=True), (1, 2, 5, 7))
emit("maxPool2d size=2,2 strides=3,3 padding=1,1,1,1 ceil",
     lambda x: F.max_pool2d(x, 2, 3, 1, ceil_mode=True), (1, 2, 6, 5))
emit("maxPool2d size=2,3 strides=1,1 dilation=2,1",
     lambda x: F.max_pool2d(x, (2, 3), 1, 0, (2, 1)), (1, 2, 5, 4))
emit("maxPool1d size=3 strides=2 padding=1", lambda x: F.max_pool1d(x, 3, 2, 1), (2, 3, 7))
emit("averagePool2d size=2,2", lambda x: F.avg_pool2d(x, 2), (2, 3, 5, 4))
emit("averagePool2d size=2,4 strides=1,2 padding=1,1,2,2 countPad",
     lambda x: F.avg_pool2d(x, (2, 4), (1, 2), (1, 2)), (1, 2, 4, 5))
emit("averagePool2d size=2,2 strides=2,2 padding=1,1,1,1 ceil countPad",
     lambda x: F.avg_pool2d(x, 2, 2, 1, ceil_mode=True), (1, 2, 5, 4))
emit("averagePool2d size=2,2 strides=2,2 padding=1,1,1,1",
     lambda x: F.avg_pool2d(x, 2, 2, 1, count_include_pad=False), (1, 2, 4, 4))
emit("averagePool1d size=2 strides=1 padding=1", lambda x: F.avg_pool1d(x, 2, 1, 1, count_include_pad=False), (2, 2, 4))
emit("upsample nearest=2,3", lambda x: F.interpolate(x, scale_factor=(2, 3)), (2, 2, 3, 2))
for factors in ((2, 2), (3, 2), (1, 4)):
    emit(f"upsample bilinear={factors[0]},{factors[1]}",
         lambda x: F.interpolate(x, scale_factor=factors, mode="bilinear"), (1, 2, 3, 2))
