"""Writes the files that SafetensorsTest reads: python record_safetensors.py, in this directory.

Made with safetensors 0.8.0 and PyTorch 2.13.0. types.safetensors has an array of each type, and types.txt the same
numbers as text; plain.safetensors has what this library writes too, so that the bytes are compared.
"""
import torch
from safetensors.torch import save_file

BITS = torch.tensor([0x0000, 0x8000, 0x3C00, 0xC000, 0x0001, 0x83FF, 0x0400, 0x7BFF, 0x7C00, 0xFC00, 0x7E00, 0x3555])
types = {
    "f16": BITS.to(torch.int16).view(torch.float16).reshape(3, 4),
    "bf16": torch.tensor([1.0, -2.5, 3.0e38, 1.0e-40, float("inf"), float("nan")]).to(torch.bfloat16),
    "f32": torch.tensor([[1.5, -0.0], [3.4e38, 1.0e-45]]),
    "f64": torch.tensor(0.1, dtype=torch.float64),
    "i8": torch.tensor([-128, 127], dtype=torch.int8),
    "u8": torch.tensor([0, 255], dtype=torch.uint8),
    "i16": torch.tensor([-32768, 32767], dtype=torch.int16),
    "u16": torch.tensor([0, 65535], dtype=torch.int32).to(torch.uint16),
    "i32": torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32),
    "u32": torch.tensor([0, 2**31 - 1], dtype=torch.int64).to(torch.uint32),
    "i64": torch.tensor([[-(2**31)], [2**31 - 1]]),
    "u64": torch.tensor([7], dtype=torch.int64).to(torch.uint64),
    "bool": torch.tensor([True, False, True]),
    "empty": torch.zeros(2, 0, 3),
    "wide": torch.tensor([1, 2**31]),
    "f8": torch.tensor([1.0, 2.0]).to(torch.float8_e4m3fn),
}
save_file(types, "types.safetensors", {"made by": "PyTorch \u00e9\U0001F600"})
with open("types.txt", "w") as out:
    for name, tensor in types.items():
        values = tensor.double() if tensor.is_floating_point() else tensor.to(torch.int64)
        print(name, list(tensor.shape), *(repr(v) for v in values.flatten().tolist()), sep=";", file=out)
save_file(
    {
        "b/weights": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4,
        "a": torch.tensor([1, -2], dtype=torch.int32),
        "z": torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64),
        "c": torch.tensor(1.0),
    },
    "plain.safetensors",
    {"autodiff": "{\"version\": 1}"},
)
