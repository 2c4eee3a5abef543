"""Writes kinks.txt: functions and their first and second derivatives at kinks and extreme numbers, for KinksTest.

Made with Python 3.11 and mpmath 1.3.0: python kinks.py > kinks.txt. Not run by the build.

Values are mathematics: closed forms to 60 digits, limits at infinity, and at kinks the choices that the package-info of
dev.autodiff.graph states.

One point a line, fields separated by tabs: type, name, operands, then expected value, first derivatives, second
derivatives (by a, by b, by a and a, a and b, b and b); "-" stands for what is not tested.
"""
import mpmath
import numpy as np
from mpmath import mp, mpf, inf, nan, isnan, isinf, sqrt, log, log1p, pi, sign

mp.dps = 60


def limited(f):
    """The function without arguments that mpmath cannot take: beyond 1e5 all these are what they are there."""
    return lambda x: f(max(min(x, mpf(10) ** 5), -mpf(10) ** 5))


exp, expm1, erf, erfc, tanh, sech = map(limited, (mpmath.exp, mpmath.expm1, mpmath.erf, mpmath.erfc, mpmath.tanh, mpmath.sech))


def phi(x):
    return exp(-x * x / 2) / sqrt(2 * pi)


def cdf(x):
    return erfc(-x / sqrt(2)) / 2


def sigmoid(x):
    return 1 / (1 + exp(-x)) if x > 0 else exp(x) / (1 + exp(x))


def slope(x):
    return sigmoid(x) * sigmoid(-x)


def softplus(x):
    return x + log1p(exp(-x)) if x > 0 else log1p(exp(x))


def cbrt(x):
    return sign(x) * mpmath.cbrt(abs(x))


def squashed(x):
    """tanh(softplus(x)) and its first and second derivatives."""
    t, square, s = tanh(softplus(x)), sech(softplus(x)) ** 2, sigmoid(x)
    return t, square * s, square * (slope(x) - 2 * t * s * s)


def cubic(x):
    """The argument of the sigmoid in geluTanh, and its first and second derivatives."""
    c = sqrt(8 / pi)
    a = mpf(44715) / 10**6
    return c * (x + a * x**3), c * (1 + 3 * a * x * x), c * 6 * a * x


def gelu_tanh(x):
    x = max(min(x, mpf(10) ** 5), -mpf(10) ** 5)
    z, dz, ddz = cubic(x)
    bend = slope(z) * (sigmoid(-z) - sigmoid(z))
    return sigmoid(z) + x * slope(z) * dz, 2 * slope(z) * dz + x * (bend * dz * dz + slope(z) * ddz)


# Functions of one variable: value, derivative, second derivative, and the three at -infinity and at infinity.
# None for a second derivative: the function is made of straight lines, and is not connected to its operand there.
SMOOTH = {
    "neg": (lambda x: -x, lambda x: -1, None, (inf, -1, None), (-inf, -1, None)),
    "abs": (abs, lambda x: sign(x), None, (inf, -1, None), (inf, 1, None)),
    "square": (lambda x: x * x, lambda x: 2 * x, lambda x: 2, (inf, -inf, 2), (inf, inf, 2)),
    "exp": (exp, exp, exp, (0, 0, 0), (inf, inf, inf)),
    "expm1": (expm1, exp, exp, (-1, 0, 0), (inf, inf, inf)),
    "erf": (erf, lambda x: 2 / sqrt(pi) * exp(-x * x), lambda x: -4 * x / sqrt(pi) * exp(-x * x), (-1, 0, 0), (1, 0, 0)),
    "normalCdf": (cdf, phi, lambda x: -x * phi(x), (0, 0, 0), (1, 0, 0)),
    "gaussian": (lambda x: exp(-x * x / 2), lambda x: -x * exp(-x * x / 2), lambda x: (x * x - 1) * exp(-x * x / 2),
                 (0, 0, 0), (0, 0, 0)),
    "relu": (lambda x: max(x, 0), lambda x: 1 if x > 0 else 0, None, (0, 0, None), (inf, 1, None)),
    "leakyRelu": (lambda x: x if x > 0 else x / 4, lambda x: 1 if x > 0 else mpf(1) / 4, None,
                  (-inf, mpf(1) / 4, None), (inf, 1, None)),
    "elu": (lambda x: x if x > 0 else 2 * expm1(x), lambda x: 1 if x > 0 else 2 * exp(x),
            lambda x: 2 * exp(x) if x < 0 else 0, (-2, 0, 0), (inf, 1, 0)),
    "gelu": (lambda x: x * cdf(x), lambda x: cdf(x) + x * phi(x), lambda x: (2 - x * x) * phi(x), (0, 0, 0), (inf, 1, 0)),
    "clip": (lambda x: min(max(x, -1), 3), lambda x: 1 if -1 <= x <= 3 else 0, None, (-1, 0, None), (3, 0, None)),
    "sigmoid": (sigmoid, slope, lambda x: slope(x) * (sigmoid(-x) - sigmoid(x)), (0, 0, 0), (1, 0, 0)),
    "tanh": (tanh, lambda x: sech(x) ** 2, lambda x: -2 * tanh(x) * sech(x) ** 2, (-1, 0, 0), (1, 0, 0)),
    "mish": (lambda x: x * squashed(x)[0], lambda x: squashed(x)[0] + x * squashed(x)[1],
             lambda x: 2 * squashed(x)[1] + x * squashed(x)[2], (0, 0, 0), (inf, 1, 0)),
    "silu": (lambda x: x * sigmoid(x), lambda x: sigmoid(x) + x * slope(x),
             lambda x: slope(x) * (2 + x * (sigmoid(-x) - sigmoid(x))), (0, 0, 0), (inf, 1, 0)),
    "geluTanh": (lambda x: x * sigmoid(cubic(x)[0]), lambda x: gelu_tanh(x)[0], lambda x: gelu_tanh(x)[1], (0, 0, 0),
                 (inf, 1, 0)),
    # at infinities it is NaN, as in PyTorch
    "softsign": (lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2, lambda x: -2 * sign(x) / (1 + abs(x)) ** 3,
                 ("-", 0, 0), ("-", 0, 0)),
    "softplus": (softplus, sigmoid, slope, (0, 0, 0), (inf, 1, 0)),
    "sqrt": (sqrt, lambda x: 1 / (2 * sqrt(x)), lambda x: -1 / (4 * x * sqrt(x)), (nan, nan, nan), (inf, 0, 0)),
    "cbrt": (cbrt, lambda x: 1 / (3 * cbrt(x) ** 2), lambda x: -2 / (9 * cbrt(x) ** 5), (-inf, 0, 0), (inf, 0, 0)),
    "log": (log, lambda x: 1 / x, lambda x: -1 / (x * x), (nan, nan, nan), (inf, 0, 0)),
    "log1p": (log1p, lambda x: 1 / (1 + x), lambda x: -1 / (1 + x) ** 2, (nan, nan, nan), (inf, 0, 0)),
}
# Where a formula has no value: poles, and what is not real
POLES = {("sqrt", 0.0): (0, inf, -inf), ("log", 0.0): (-inf, inf, -inf), ("log1p", -1.0): (-inf, inf, -inf)}


def unary(name, x):
    f, d, dd, low, high = SMOOTH[name]
    second = (lambda x: None) if dd is None else dd
    linear = name == "neg"
    if np.isnan(x):
        return nan, -1 if linear else nan, None if dd is None else (2 if name == "square" else nan)
    if np.isinf(x):
        return high if x > 0 else low if low[0] == "-" or not isnan(low[0]) else (nan, "-", "-")
    if name in ("sqrt", "log", "log1p"):
        edge = -1.0 if name == "log1p" else 0.0
        if x == edge:
            # the pole is approached from the side of the zero's sign
            return ("-", "-", "-") if np.signbit(x) and x == 0 else POLES[name, edge]
        if x < edge:
            return (nan, "-", "-")
    if name == "geluTanh" and 3 < abs(x) < 1000:
        return ("-", "-", "-")  # errors of the sigmoid's argument, a cube, are multiplied: docs/accuracy.md has them
    if name == "cbrt" and x == 0:
        return x, inf, inf if np.signbit(x) else -inf
    x = mpf(float(x))
    return f(x), d(x), second(x)


def power(a, b):
    """IEEE 754's pow, its derivatives, and 0 for that by b where a is not positive and the power a number."""
    value = np.float64(1) if a == 1 or (a == -1 and np.isinf(b)) else np.power(np.float64(a), np.float64(b))
    if not (np.isfinite(a) and np.isfinite(b)):
        return [mpf(float(value)), "-", "-", "-", "-", "-"]
    # Next to the ends of the range b * a^(b - 1) and its derivative overflow in parts where the whole need not
    largest = abs(b) > 1e30
    smallest = 0 < abs(a) < 1e-30
    a, b = mpf(float(a)), mpf(float(b))
    whole = b == int(b)
    if a != 0 and (a > 0 or whole) and (largest or smallest):
        y = a ** b
        return [y, "-" if b != 0 else mpf(0), y * log(a) if a > 0 else 0, "-", "-", y * log(a) ** 2 if a > 0 else "-"]
    if a < 0 and not whole:
        return [nan, "-", "-", "-", "-", "-"]
    if a == 0:
        y = mpf(1) if b == 0 else mpf(0) if b > 0 else "-"
        da = mpf(0) if b == 0 or b > 1 else mpf(1) if b == 1 else "-"
        return [y, da, 0, "-", "-", "-"]
    y = a ** b
    if a < 0:
        return [y, b * a ** (b - 1), 0, b * (b - 1) * a ** (b - 2), "-", "-"]
    return [y, b * a ** (b - 1), y * log(a), b * (b - 1) * a ** (b - 2),
            a ** (b - 1) * (1 + b * log(a)), y * log(a) ** 2]


def extremum(sign_, a, b):
    if np.isnan(a) or np.isnan(b):
        return [nan, nan, nan, None, None, None]
    first = 0.5 if a == b else 1.0 if (a > b) == (sign_ > 0) else 0.0
    y = max(a, b) if sign_ > 0 else min(a, b)
    return [inf if y == np.inf else -inf if y == -np.inf else mpf(float(y)), mpf(first), mpf(1 - first), None, None, None]


def quotient(a, b):
    if not (np.isfinite(a) and np.isfinite(b)) or b == 0:
        return [mpf(float(np.float64(a) / np.float64(b))), "-", "-", "-", "-", "-"]
    a, b = mpf(float(a)), mpf(float(b))
    return [a / b, 1 / b, -a / b ** 2, "-", "-", "-"]


def crossEntropy(x, z):
    """Sigmoid cross-entropy of a logit and a label from 0 to 1."""
    if not np.isfinite(x):
        return ["-"] * 6
    x, z = mpf(float(x)), mpf(float(z))
    rest = log1p(exp(-abs(x)))
    return [abs(x) * ((1 - z) if x > 0 else z) + rest, sigmoid(x) - z, -x, slope(x), -1, None]


BINARY = {"pow": power, "minimum": lambda a, b: extremum(-1, a, b), "maximum": lambda a, b: extremum(1, a, b),
          "div": quotient}


# Kinks that are not among the points of all functions
MORE = {"clip": (3.0,)}


def points(t, name=None):
    info = np.finfo(t)
    sizes = [0.0, 0.25, 1.0, 2.0, *MORE.get(name, ()), 3.5, 10.0, 20.0, 80.0, info.smallest_subnormal, info.tiny, info.max, np.inf]
    return [s * t(x) for x in sizes for s in (t(1), t(-1))] + [t(np.nan)]


def text(v, t):
    if v is None or isinstance(v, str):
        return "none" if v is None else v
    if isnan(v):
        return "nan"
    with np.errstate(over="ignore"):
        return repr(float(t(float(v)) if t is np.float32 else float(v))) if not isinf(v) else ("inf" if v > 0 else "-inf")


def main():
    for t, label in ((np.float32, "FLOAT32"), (np.float64, "FLOAT64")):
        for name in SMOOTH:
            for x in points(t, name):
                y, d, dd = unary(name, x)
                print("\t".join([label, name, repr(float(x)), text(y, t), text(d, t), text(dd, t)]))
        pairs = [(a, b) for a in points(t) for b in points(t)]
        for name, f in BINARY.items():
            for a, b in pairs:
                with np.errstate(all="ignore"):
                    row = f(a, b)
                print("\t".join([label, name, repr(float(a)) + "," + repr(float(b))] + [text(v, t) for v in row]))
        for x in points(t):
            for z in (0.0, 1.0, 0.5, 1 - 2.0 ** -20, 2.0 ** -20):
                row = crossEntropy(x, z)
                print("\t".join([label, "sigmoidCrossEntropy", repr(float(x)) + "," + repr(z)] + [text(v, t) for v in row]))


main()
