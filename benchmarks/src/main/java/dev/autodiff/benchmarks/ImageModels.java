package dev.autodiff.benchmarks;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Conv2D;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Flatten;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.MaxPooling2D;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.layer.Reshape;
import dev.autodiff.nn.layer.Sequential;

/** The convolutional networks that are measured, from rows of 784 numbers to the logits of ten classes. */
final class ImageModels {
    private ImageModels() {}

    /** LeCun and others 1998, with relu and the largest element of each window. */
    static Tensor lenet(Tensor rows) {
        return logits(
                rows,
                new Conv2D(6, 5, Activation.RELU),
                new MaxPooling2D(2),
                new Conv2D(16, 5, Activation.RELU),
                new MaxPooling2D(2),
                new Flatten(),
                new Dense(120, Activation.RELU),
                new Dense(84, Activation.RELU),
                new Dense(10));
    }

    /** Convolutions of 3 x 3 with batch normalisation. */
    static Tensor normalized(Tensor rows) {
        return logits(
                rows,
                new Conv2D(32, 3).same(),
                new BatchNorm(),
                Activation.RELU.layer(),
                new MaxPooling2D(2),
                new Conv2D(64, 3).same(),
                new BatchNorm(),
                Activation.RELU.layer(),
                new MaxPooling2D(2),
                new Flatten(),
                new Dense(10));
    }

    private static Tensor logits(Tensor rows, Layer... layers) {
        Tensor images = new Reshape(28, 28, 1).apply(rows);
        return new Sequential(layers).apply(images, Mode.TRAINING);
    }
}
