package user;

import dev.autodiff.array.NDArray;
import dev.autodiff.io.onnx.OnnxExporter;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.nio.file.Path;

/** A model that learns exclusive or, and is written as ONNX. */
public final class FirstModel {
    private FirstModel() {}

    /**
     * Trains the model.
     *
     * @param file the ONNX file to write
     * @return the classes that it predicts for 00, 01, 10 and 11
     */
    public static NDArray train(Path file) {
        NDArray features = NDArray.of(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
        Dataset data = new Dataset(features, NDArray.of(0, 1, 1, 0));
        try (Model model = Model.sequential(new Dense(8, Activation.TANH), new Dense(2, Activation.SOFTMAX))) {
            model.seed(1).compile(new Adam(0.05), Loss.softmaxCrossEntropy());
            model.fit(data, 200, 4);
            OnnxExporter.of(model).write(file);
            float[] outputs = model.predict(features).toFloats();
            int[] classes = new int[4];
            for (int i = 0; i < classes.length; i++) {
                classes[i] = outputs[2 * i + 1] > outputs[2 * i] ? 1 : 0;
            }
            return NDArray.of(classes);
        }
    }
}
