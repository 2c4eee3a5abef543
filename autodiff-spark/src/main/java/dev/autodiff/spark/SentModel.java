package dev.autodiff.spark;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.GraphException;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Preprocessing;
import dev.autodiff.nn.layer.Mode;
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
    private transient volatile @Nullable ConcurrentLinkedDeque<Copy> idle;

    SentModel(byte[] file) {
        this.file = file;
    }

    /** Returns the outputs for features {@code [examples, n]}, one after the other. */
    float[] predict(NDArray features, String columns, int @Nullable [] shape) {
        Copy copy = borrow();
        try {
            return copy.predict(Scoring.shaped(features, columns, shape));
        } catch (GraphException e) {
            throw new DataException("The features do not fit the model (" + columns + "): " + e.getMessage(), e);
        } finally {
            copies().push(copy);
        }
    }

    private Copy borrow() {
        Copy copy = copies().poll();
        return copy == null ? new Copy(load()) : copy;
    }

    private synchronized ConcurrentLinkedDeque<Copy> copies() {
        ConcurrentLinkedDeque<Copy> known = idle;
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

    /** A model that one task uses at a time. */
    private static final class Copy {
        private final Model model;
        private @Nullable PreparedRun run;

        Copy(Model model) {
            this.model = model;
        }

        float[] predict(NDArray features) {
            if (run == null) {
                float[] outputs = model.predict(features).toFloats(); // with its checks of the model
                run = model.session()
                        .prepare(
                                model.network().outputs(Mode.INFERENCE),
                                model.inputs().toArray(new Placeholder[0]));
                return outputs;
            }
            NDArray prepared = features;
            for (Preprocessing each : model.preprocessing()) {
                prepared = each.transform(prepared);
            }
            run.run(prepared); // for one row, a sixth less time than Model.predict takes
            return run.value(0).toFloats();
        }
    }
}
