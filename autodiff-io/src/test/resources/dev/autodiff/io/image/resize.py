"""Records what PyTorch makes of an image in other sizes, in resize.npz beside this script: python resize.py

Made with PyTorch 2.13.0.
"""
from pathlib import Path

import numpy as np
import torch

torch.set_num_threads(1)
torch.manual_seed(2)
x = torch.rand(1, 3, 9, 7)
arrays = {"x": x}
for height, width in [(9, 14), (4, 3), (1, 1), (20, 5), (2, 30)]:
    arrays[f"{height}x{width}"] = torch.nn.functional.interpolate(
        x, (height, width), mode="bilinear", antialias=True, align_corners=False)
np.savez(Path(__file__).resolve().parent / "resize.npz",
         **{name: array[0].permute(1, 2, 0).numpy() for name, array in arrays.items()})
