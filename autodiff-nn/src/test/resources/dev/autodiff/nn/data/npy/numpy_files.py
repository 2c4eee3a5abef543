"""Writes files as NumPy has them, for NumPyFilesTest: python numpy_files.py DIRECTORY

Made with NumPy 2.4.6. Beside the archives, expected.txt has a line for each array: file, name, type, dimensions and
elements row by row, all separated by blanks. Arrays in all forms of .npy are entries of types.npz.
"""
import io
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

out = Path(sys.argv[1])
lines = []
numbers = {
    "f2": [0.0, -0.0, 1.5, -2.25, 65504.0, 2.0**-24, 2.0**-14, np.inf, -np.inf, 1 / 3, 0.1, 1000.5],
    "f4": [0.0, -1.5, 3.4e38, 1e-45, np.inf, -np.inf, 0.1, 2.0**-126, 16777217.0, 1.0, 2.0, 3.0],
    "f8": [0.0, -1.5, 1.7e308, 5e-324, np.inf, -np.inf, 0.1, 1e-300, 2.0**53 + 1, 1.0, 2.0, 3.0],
    "i1": [0, 1, -1, 127, -128, 5, 6, 7, 8, 9, 10, 11],
    "i2": [0, 1, -1, 32767, -32768, 258, 6, 7, 8, 9, 10, 11],
    "i4": [0, 1, -1, 2**31 - 1, -(2**31), 16909060, 6, 7, 8, 9, 10, 11],
    "i8": [0, 1, -1, 2**31 - 1, -(2**31), 16909060, 6, 7, 8, 9, 10, 11],
    "u1": [0, 1, 255, 128, 127, 5, 6, 7, 8, 9, 10, 11],
    "u2": [0, 1, 65535, 32768, 258, 5, 6, 7, 8, 9, 10, 11],
    "u4": [0, 1, 2**31 - 1, 16909060, 4, 5, 6, 7, 8, 9, 10, 11],
    "u8": [0, 1, 2**31 - 1, 16909060, 4, 5, 6, 7, 8, 9, 10, 11],
    "b1": [0, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1],
}


def expect(file, name, array):
    values = [repr(float(v)) for v in np.ascontiguousarray(array).reshape(-1)]
    lines.append(" ".join([file, name, array.dtype.str[1:], ",".join(map(str, array.shape)) or "scalar"] + values))


types = zipfile.ZipFile(out / "types.npz", "w")


def save(name, array, version=None):
    with types.open(zipfile.ZipInfo(name + ".npy"), "w", force_zip64=True) as f:
        npy.write_array(f, array, version=version, allow_pickle=False)
    expect("types.npz", name, array)


for code, values in numbers.items():
    for order in "<>" if code[1] != "1" else "|":
        array = np.array(values).astype(order + code)
        where = {"<": "little", ">": "big", "|": "bytes"}[order]
        save(f"{code}-{where}", array.reshape(3, 4))
        save(f"{code}-{where}-fortran", np.asfortranarray(array.reshape(2, 3, 2)))
save("scalar", np.array(2.5))
save("vector", np.arange(5, dtype="<i4"))
save("empty", np.zeros((0, 3), "<f4"))
save("empty-inside", np.zeros((2, 0, 3), ">f8"))
save("version2", np.arange(6, dtype="<f4").reshape(2, 3), (2, 0))
save("version3", np.arange(6, dtype="<f4").reshape(2, 3), (3, 0))
save("one-by-one", np.ones((1, 1, 1), "<f8"))
types.close()

rng = np.random.default_rng(1)
arrays = {
    "x_train": rng.integers(0, 256, (6, 4, 3), dtype="u1"),
    "y_train": rng.integers(0, 10, 6, dtype="u1"),
    "x_test": rng.integers(0, 256, (2, 4, 3), dtype="u1"),
    "y_test": rng.integers(0, 10, 2, dtype="i8"),
}
np.savez(out / "stored.npz", **arrays)
np.savez_compressed(out / "deflated.npz", **arrays)
for file in ["stored.npz", "deflated.npz"]:
    for name, array in arrays.items():
        expect(file, name, array)

# An archive in which every size stands in the fields of 64 bits, as in one of more than 4 GB.
buffer = io.BytesIO()
big = np.arange(4, dtype="<f4")
npy.write_array(buffer, big)
data = buffer.getvalue()
entry = b"big.npy"
crc = zipfile.crc32(data)
local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 45, 0, 0, 0, 33, crc, 2**32 - 1, 2**32 - 1, len(entry), 20)
local += entry + struct.pack("<HHQQ", 1, 16, len(data), len(data)) + data
central = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 45, 45, 0, 0, 0, 33, crc, 2**32 - 1, 2**32 - 1, len(entry),
                      28, 0, 0, 0, 0, 2**32 - 1)
central += entry + struct.pack("<HHQQQ", 1, 24, len(data), len(data), 0)
end = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 1, 1, len(central), len(local))
end += struct.pack("<IIQI", 0x07064B50, 0, len(local) + len(central), 1)
end += struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 2**16 - 1, 2**16 - 1, 2**32 - 1, 2**32 - 1, 0)
(out / "zip64.npz").write_bytes(local + central + end)
assert np.array_equal(np.load(out / "zip64.npz")["big"], big)
expect("zip64.npz", "big", big)

# Arrays that are no numbers, which are refused.
np.savez(
    out / "refused.npz",
    objects=np.array([{"a": 1}], dtype=object),
    complex=np.array([1 + 2j]),
    texts=np.array(["a", "bc"]),
    records=np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f8")]),
    dates=np.array(["2020-01-01"], dtype="M8[D]"),
)
(out / "expected.txt").write_text("\n".join(lines) + "\n")
