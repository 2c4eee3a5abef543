"""The transformer of W11 in JAX: the model and the sizes of dev.autodiff.benchmarks.Gpt."""
from functools import partial

import protocol

CHARACTERS, LENGTH, WIDTH, HEADS, BLOCKS, BATCH = 65, 64, 128, 4, 4, 12


def training(jax, np):
    jnp, tree_map = jax.numpy, jax.tree_util.tree_map
    random = np.random.default_rng(1)

    def weights(*shape):
        return jnp.asarray(0.02 * random.standard_normal(shape, dtype=np.float32))

    def block():
        return {
            "norm1": (jnp.ones(WIDTH), jnp.zeros(WIDTH)),
            "qkv": (weights(WIDTH, 3 * WIDTH), jnp.zeros(3 * WIDTH)),
            "projection": (weights(WIDTH, WIDTH), jnp.zeros(WIDTH)),
            "norm2": (jnp.ones(WIDTH), jnp.zeros(WIDTH)),
            "hidden": (weights(WIDTH, 4 * WIDTH), jnp.zeros(4 * WIDTH)),
            "output": (weights(4 * WIDTH, WIDTH), jnp.zeros(WIDTH)),
        }

    params = {
        "characters": weights(CHARACTERS, WIDTH),
        "positions": weights(LENGTH, WIDTH),
        "blocks": [block() for _ in range(BLOCKS)],
        "norm": (jnp.ones(WIDTH), jnp.zeros(WIDTH)),
        "head": weights(WIDTH, CHARACTERS),
    }
    text = jnp.asarray(random.integers(0, CHARACTERS, BATCH * LENGTH + 1))
    x, y = text[:-1].reshape(BATCH, LENGTH), text[1:]
    visible = jnp.tril(jnp.ones((LENGTH, LENGTH), bool))

    def norm(x, scale, shift):
        centered = x - x.mean(-1, keepdims=True)
        return centered * jax.lax.rsqrt((centered**2).mean(-1, keepdims=True) + 1e-5) * scale + shift

    def dense(x, w, b):
        return x @ w + b

    def forward(params, x):
        z = params["characters"][x] + params["positions"]
        for p in params["blocks"]:
            q, k, v = (
                t.reshape(BATCH, LENGTH, HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)
                for t in jnp.split(dense(norm(z, *p["norm1"]), *p["qkv"]), 3, 2)
            )
            scores = q @ k.swapaxes(2, 3) / np.sqrt(WIDTH // HEADS)
            a = jax.nn.softmax(jnp.where(visible, scores, -jnp.inf)) @ v
            z = z + dense(a.transpose(0, 2, 1, 3).reshape(BATCH, LENGTH, WIDTH), *p["projection"])
            hidden = jax.nn.gelu(dense(norm(z, *p["norm2"]), *p["hidden"]), approximate=False)
            z = z + dense(hidden, *p["output"])
        return (norm(z, *params["norm"]) @ params["head"]).reshape(-1, CHARACTERS)

    def cost(params, x, y):
        return -jnp.take_along_axis(jax.nn.log_softmax(forward(params, x)), y[:, None], 1).mean()

    @partial(jax.jit, donate_argnums=0)
    def adam(state, x, y):
        params, m, v, t = state
        g = jax.grad(cost)(params, x, y)
        t = t + 1
        m = tree_map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = tree_map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        rate, root = 1e-3 / (1 - 0.9**t), jnp.sqrt(1 - 0.999**t)
        params = tree_map(
            lambda p, m, v: p - rate * m / (jnp.sqrt(v) / root + 1e-8) - 1e-3 * 0.01 * p, params, m, v
        )
        return params, m, v, t

    zeros = lambda: tree_map(jnp.zeros_like, params)  # noqa: E731 (two arrays: both are donated)
    state = [(params, zeros(), zeros(), jnp.zeros(()))]

    def step():
        state[0] = adam(state[0], x, y)
        jax.block_until_ready(state[0])

    return protocol.Task(step, lambda: cost(state[0][0], x, y))
