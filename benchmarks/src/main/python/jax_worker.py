"""JAX in the comparison: python jax_worker.py THREADS. Steps are compiled with jit, and parameters are donated."""
import os
import platform
import sys
from functools import partial

import protocol


def start():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    if threads and hasattr(os, "sched_setaffinity"):
        # JAX has no setting for the number of threads: it uses as many as the cores that it is allowed.
        cores = sorted(os.sched_getaffinity(0))[:threads]
        os.sched_setaffinity(0, cores)
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    try:
        import jax
        import numpy as np
    except ImportError as e:
        raise RuntimeError(
            f"{e}, with {sys.executable}. Install JAX: {sys.executable} -m pip install jax; or name another Python with"
            " --python"
        )
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    about = f"jit, threads: {allowed}, Python {platform.python_version()}"
    return "JAX", jax.__version__, about, lambda task: prepare(jax, np, task)


def prepare(jax, np, task):
    if task == "W8":
        return chain(jax, np)
    if task.startswith("G"):
        return matmul(jax, np, task)
    if task == "W11":
        import jax_gpt

        return jax_gpt.training(jax, np)
    if task.startswith("I"):
        return inference(jax, np, task)
    return training(jax, np, task)


def parameters(jax, np, layers):
    random = np.random.default_rng(1)
    return [
        (jax.numpy.asarray(0.05 * random.standard_normal((n, m), dtype=np.float32)), jax.numpy.zeros(m))
        for n, m in zip(layers, layers[1:])
    ]


def forward(jax, params, x, dropout=0.0, key=None):
    for i, (w, b) in enumerate(params):
        x = x @ w + b
        if i < len(params) - 1:
            x = jax.nn.relu(x)
            if dropout:
                key, own = jax.random.split(key)
                keep = jax.random.bernoulli(own, 1 - dropout, x.shape)
                x = jax.numpy.where(keep, x / (1 - dropout), 0)
    return x


# Shapes of the weights of convolutions and matrices; True stands for a batch normalisation.
IMAGE_LAYERS = {
    "W9": [(6, 1, 5, 5), (16, 6, 5, 5), (256, 120), (120, 84), (84, 10)],
    "W12": [(32, 1, 3, 3), True, (64, 32, 3, 3), True, (3136, 10)],
}


def image_parameters(jax, np, task):
    random, jnp, params, width = np.random.default_rng(1), jax.numpy, [], 0
    for shape in IMAGE_LAYERS[task]:
        if shape is True:
            params.append((jnp.ones(width), jnp.zeros(width)))
        else:
            width = shape[0] if len(shape) == 4 else shape[1]
            w = jnp.asarray(0.05 * random.standard_normal(shape, dtype=np.float32))
            params.append((w, jnp.zeros(width)))
    return params


def image_forward(jax, params, task, x):
    jnp, lax = jax.numpy, jax.lax
    padding = "VALID" if task == "W9" else "SAME"
    x = x.reshape(-1, 1, 28, 28)
    wide = lambda v: v[None, :, None, None]  # noqa: E731
    for i, (w, b) in enumerate(params):
        if w.ndim == 1:
            mean, variance = x.mean((0, 2, 3), keepdims=True), x.var((0, 2, 3), keepdims=True)
            x = (x - mean) * lax.rsqrt(variance + 1e-5) * wide(w) + wide(b)
        elif w.ndim == 4:
            x = lax.conv_general_dilated(x, w, (1, 1), padding, dimension_numbers=("NCHW", "OIHW", "NCHW")) + wide(b)
        else:
            x = x.reshape(len(x), -1) @ w + b
        follows = params[i + 1][0].ndim if i + 1 < len(params) else 0
        if x.ndim == 4 and follows != 1:
            x = lax.reduce_window(jax.nn.relu(x), -jnp.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")
        elif x.ndim == 2 and follows:
            x = jax.nn.relu(x)
    return x


def lstm_parameters(jax, np):
    random = np.random.default_rng(1)
    jnp = jax.numpy
    shapes = [(28, 512), (128, 512), (128, 10)]
    w, u, out = (jnp.asarray(0.05 * random.standard_normal(shape, dtype=np.float32)) for shape in shapes)
    return [w, u, jnp.zeros(512), out, jnp.zeros(10)]


def lstm(jax, params, x):
    jnp, sigmoid = jax.numpy, jax.nn.sigmoid
    w, u, b, out, out_b = params

    def cell(state, inputs):
        h, c = state
        i, f, g, o = jnp.split(inputs + h @ u, 4, 1)
        c = sigmoid(f) * c + sigmoid(i) * jnp.tanh(g)
        return (sigmoid(o) * jnp.tanh(c), c), None

    zeros = jnp.zeros((x.shape[0], 128))
    steps = jnp.swapaxes(x.reshape(-1, 28, 28) @ w + b, 0, 1)
    (h, _), _ = jax.lax.scan(cell, (zeros, zeros), steps)
    return h @ out + out_b


def training(jax, np, task):
    jnp, tree_map = jax.numpy, jax.tree_util.tree_map
    dropout = protocol.DROPOUT.get(task, 0.0)
    if task in protocol.IMAGES:
        params = image_parameters(jax, np, task)
    elif task == "W10":
        params = lstm_parameters(jax, np)
    else:
        params = parameters(jax, np, protocol.MODELS[task][1])
    features, targets = protocol.data(np, task)

    def predictions(params, x, key):
        if task in protocol.IMAGES:
            return image_forward(jax, params, task, x)
        return lstm(jax, params, x) if task == "W10" else forward(jax, params, x, dropout, key)

    def cost(params, x, y, key):
        z = predictions(params, x, key)
        if task in protocol.REGRESSION:
            return ((z - y) ** 2).mean()
        return -(jax.nn.log_softmax(z) * y).sum(1).mean()

    @partial(jax.jit, donate_argnums=0)
    def gradient_descent(state, x, y):
        params, key = state
        g = jax.grad(cost)(params, x, y, None)
        return tree_map(lambda p, g: p - 0.01 * g, params, g), key

    @partial(jax.jit, donate_argnums=0)
    def adam(state, x, y):
        params, m, v, t, key = state
        own = None
        if dropout:
            key, own = jax.random.split(key)
        g = jax.grad(cost)(params, x, y, own)
        t = t + 1
        m = tree_map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = tree_map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        rate, root = 1e-3 / (1 - 0.9**t), jnp.sqrt(1 - 0.999**t)
        params = tree_map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) / root + 1e-8), params, m, v)
        return params, m, v, t, key

    key = jax.random.PRNGKey(1) if dropout else None
    if task in protocol.ADAM:
        zeros = lambda: tree_map(jnp.zeros_like, params)  # noqa: E731 (two arrays: both are donated)
        state, update = [(params, zeros(), zeros(), jnp.zeros(()), key)], adam
    else:
        state, update = [(params, key)], gradient_descent

    def step():
        state[0] = update(state[0], features, targets)
        jax.block_until_ready(state[0])

    key_of_result = jax.random.PRNGKey(2) if dropout else None
    return protocol.Task(step, lambda: cost(state[0][0], features, targets, key_of_result))


def inference(jax, np, task):
    params = parameters(jax, np, protocol.MODELS[task][1])
    features, _ = protocol.data(np, task)
    compute = jax.jit(lambda params, x: forward(jax, params, x))
    kept = [None]

    def step():
        kept[0] = compute(params, features)
        kept[0].block_until_ready()

    return protocol.Task(step, lambda: kept[0].sum())


def chain(jax, np):
    values = np.random.default_rng(1).random(protocol.CHAIN, dtype=np.float32)

    def cost(v):
        for _ in range(protocol.CHAIN_LENGTH // 4):
            v = jax.numpy.tanh(jax.nn.relu((v + 0.1) * 0.99))
        return v.sum()

    gradient = jax.jit(jax.grad(cost))
    kept = [None]

    def step():
        kept[0] = gradient(values)
        kept[0].block_until_ready()

    return protocol.Task(step, lambda: kept[0].sum())


def matmul(jax, np, task):
    m, k, n, a_transposed, b_transposed = protocol.product(task)
    random = np.random.default_rng(1)
    a = jax.numpy.asarray(random.random((k, m) if a_transposed else (m, k), dtype=np.float32) - 0.5)
    b = jax.numpy.asarray(random.random((n, k) if b_transposed else (k, n), dtype=np.float32) - 0.5)
    compute = jax.jit(lambda a, b: (a.T if a_transposed else a) @ (b.T if b_transposed else b))
    kept = [None]

    def step():
        kept[0] = compute(a, b)
        kept[0].block_until_ready()

    return protocol.Task(step, lambda: kept[0][0, 0], 2.0 * m * k * n)


if __name__ == "__main__":
    protocol.serve(start)
