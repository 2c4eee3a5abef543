"""Writes keras.safetensors and keras-values.npz for KerasWeightsTest: a network of Keras and what it predicts.

Made with Keras 3.15.1 on PyTorch 2.13.0.
"""
from pathlib import Path

import keras
import numpy as np
from keras import layers
from safetensors.numpy import save_file

NAMES = {"kernel": "weights", "recurrent_kernel": "recurrentWeights", "gamma": "scale", "beta": "shift",
         "moving_mean": "movingMean", "moving_variance": "movingVariance"}


def save(model, path):
    """The recipe of docs/formats.md."""
    save_file({f"{layer.name}/{NAMES.get(v.name, v.name)}": np.ascontiguousarray(v.numpy())
               for layer in model.layers for v in layer.weights}, path)


here = Path(__file__).parent
keras.utils.set_random_seed(3)
model = keras.Sequential([
    keras.Input((6, 4, 2)),
    layers.Conv2D(3, (3, 2), padding="same", activation="relu"),
    layers.BatchNormalization(),
    layers.MaxPooling2D(2),
    layers.Reshape((3, 6)),
    layers.LSTM(4, return_sequences=True),
    layers.Flatten(),
    layers.Dense(3, activation="softmax"),
])
for variable in model.layers[1].weights:  # as after some training
    variable.assign(np.random.uniform(0.5, 1.5, variable.shape))
x = np.random.normal(size=(3, 6, 4, 2)).astype("float32")
save(model, here / "keras.safetensors")
np.savez(here / "keras-values.npz", x=x, y=model.predict(x, verbose=0))
