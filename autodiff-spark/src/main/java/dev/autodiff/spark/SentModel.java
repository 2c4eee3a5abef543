package dev.autodiff.spark;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.GraphException;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.train.Model;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/** The file of a model, of which each executor makes as many models as it has tasks at once. */
final class SentModel implements Serializable {
    private static final long serialVersionUID = 1;

    private final byte[] file;
    private transient volatile @Nullable ConcurrentLinkedDeque<Model> idle;

    SentModel(byte[] file) {
        this.file = file;
    }

    /** Returns the outputs for features {@code [examples, n]}, one after the other. */
    float[] predict(NDArray features, String columns, int @Nullable [] shape) {
        Model model = borrow();
        try {
            return model.predict(Scoring.shaped(features, columns, shape)).toFloats();
        } catch (GraphException e) {
            throw new DataException("The features do not fit the model (" + columns + "): " + e.getMessage(), e);
        } finally {
            models().push(model);
        }
    }

    private Model borrow() {
        Model model = models().poll();
        return model == null ? load() : model;
    }

    private synchronized ConcurrentLinkedDeque<Model> models() {
        ConcurrentLinkedDeque<Model> known = idle;
        if (known == null) {
            known = new ConcurrentLinkedDeque<>();
            idle = known;
        }
        return known;
    }

    /** Makes a model of the file. */
    Model load() {
        try {
            Path path = Files.createTempFile("autodiff", ".safetensors");
            try {
                Files.write(path, file);
                return Model.load(path);
            } finally {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
