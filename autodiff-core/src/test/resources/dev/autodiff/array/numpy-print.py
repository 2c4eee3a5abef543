"""Makes numpy-print.txt: what NumPy prints for many arrays. Made with NumPy 2.4.

A line is an element type, the shape, the bits of the elements in hexadecimal (or "arange" for 0, 1, 2, ..) and the text,
in which / stands for a new line.
"""
import numpy as np

F, D = np.float32, np.float64
rng = np.random.default_rng(7)


def emit(array):
    array = np.asarray(array)
    if array.dtype == D:
        dtype, bits = "FLOAT64", array.ravel().view(np.uint64)
    elif array.dtype == F:
        dtype, bits = "FLOAT32", array.ravel().view(np.uint32)
    else:
        dtype, bits = "INT32", array.astype(np.int32).ravel().view(np.uint32)
    hexadecimal = "arange" if array.size > 1000 else " ".join("%x" % b for b in bits)
    print(f"{dtype}|{','.join(map(str, array.shape))}|{hexadecimal}|{str(array).replace(chr(10), '/')}")


for dtype in (F, D):
    for number in (0, -0.0, 1, 3.5, 0.1, 1 / 3, -2.75, 1e-4, 1.0000001e-4, 9.9e-5, 1e-5, 1.5e-38, 99999, 999999, 1e6, 1234567,
                   16777216, 1e8, 123456789, 1e15, 1e16, 2.0**-44, 3e38, np.nan, np.inf, -np.inf):
        emit(np.array(number, dtype))
    for numbers in ([], [1, 2, 3], [1.5, -2, 0.25], [0.5, 12.25, -100.125], [-0.0, 0.0, 1.5], [0.0], [-0.0],
                    [0.1, 1 / 3, 1000], [0.1, 1 / 3, 1000.1], [1e-4, 1e-2], [1e-5, 1], [999999, 1], [1e6, 1e5], [12345678.0, 1e7],
                    [1e8, 1e7], [1e10, 1], [123456.789, 0.001], [-1e-10, 5e-5], [1e30, 1e-30], [2.0**-44, 1],
                    [np.nan, 1, -np.inf], [np.nan, 1e10], [np.inf], [-np.inf, np.nan], [0.123456785, 0.5], [0.1, 123456.7],
                    [0.123456775, 0.999999999], [1.17549435e-38, 1e-37], [0.1, 1.23456789e-5]):
        emit(np.array(numbers, dtype))
    for shape in ((0, 3), (3, 0), (2, 0, 3), (1, 1, 1), (2, 3), (2, 3, 4), (5, 1), (1, 5), (30,), (3, 25), (2, 2, 2, 2)):
        emit(rng.standard_normal(shape).astype(dtype))
        emit(np.round(rng.standard_normal(shape) * 100, 2).astype(dtype))
    emit(np.arange(30, dtype=dtype))
    for shape in ((1001,), (2, 1000), (30, 40), (20, 3, 20), (2, 2, 300), (11, 10, 10), (7, 7, 7, 7)):
        emit(np.arange(np.prod(shape), dtype=dtype).reshape(shape))
emit(np.array([1e300, 1.0, -1e-300]))
emit(np.array([1e100, 5e-324]))
emit(np.array(5e-324))
emit(np.array(1.7976931348623157e308))
for numbers in ([], 7, -3, [1, -2, 300], [[1, -2], [300, 4]], [2**31 - 1, -2**31], np.arange(50), np.arange(24).reshape(2, 3, 4),
                np.arange(1001), np.arange(1200).reshape(30, 40)):
    emit(np.array(numbers, np.int32))
