"""Writes attention.txt: what PyTorch's scaled_dot_product_attention computes, for AttentionTest. Not run by the build.

Made with Python 3.11 and PyTorch 2.13.0 (CPU), in double precision: python attention.py > attention.txt
One case a line: name, then q, k, v, perhaps a mask, the upstream gradient, the result, and the gradients of q, k and v.
"""
import numpy as np
import torch
import torch.nn.functional as F

from recording import text

random = np.random.RandomState(0)


def case(name, lead, t, s, d, e, mask=None, causal=False):
    q, k, v, u = (torch.tensor(random.randn(*lead, *size).round(3)) for size in ((t, d), (s, d), (s, e), (t, e)))
    for x in (q, k, v):
        x.requires_grad_()
    given = None if mask is None else torch.tensor(mask)
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=None if given is None else given.bool()
                                       if mask.dtype == np.int32 else given, is_causal=causal)
    y.backward(u)
    arrays = [q, k, v] + ([] if given is None else [given]) + [u, y, q.grad, k.grad, v.grad]
    print("\t".join([name] + [text(x.detach().numpy()) for x in arrays]))


case("plain", (), 3, 4, 2, 3)
case("plain", (2, 3), 3, 5, 4, 2)
case("causal", (2,), 4, 4, 3, 3, causal=True)
case("causal", (2,), 3, 5, 2, 1, causal=True)
case("causal", (), 5, 3, 2, 2, causal=True)
case("masked", (2, 2), 3, 4, 3, 2, (random.rand(3, 4) < 0.6).astype(np.int32))
hidden = (random.rand(2, 1, 3, 4) < 0.6).astype(np.int32)
hidden[1, 0, 1] = 0  # a query that sees nothing
case("masked", (2, 2), 3, 4, 3, 2, hidden)
case("masked", (2, 2), 3, 4, 3, 2, np.array([[[[1, 1, 0, 1]]], [[[0, 1, 1, 0]]]], np.int32))
added = random.randn(2, 3, 4).round(3)
added[0, 1, 2] = -np.inf
case("masked", (2,), 3, 4, 2, 2, added)
