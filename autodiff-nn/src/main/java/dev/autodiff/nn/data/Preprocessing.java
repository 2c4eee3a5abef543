package dev.autodiff.nn.data;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.config.Described;
import dev.autodiff.nn.config.Kinds;

/**
 * A change of features that was fitted to the training data, such as a {@link StandardScaler}. A model that is given it
 * applies it to all features that it sees, and is saved with it; its {@link #config} holds the numbers that it was
 * fitted to.
 *
 * <p>Features are {@code [rows, columns]}, {@code [rows]} for a single column, or sequences {@code [rows, steps,
 * columns]}, whose columns are changed alike at each step, as by Keras's {@code Normalization}.
 */
public interface Preprocessing extends Described {
    /**
     * Returns changed features.
     *
     * @param x the features as the data has them, one example a row
     * @return the features as the model takes them, one example a row
     * @throws IllegalArgumentException if they are not of the kind that it was fitted to
     */
    NDArray transform(NDArray x);

    /** Returns the kinds of preprocessing, as files of models hold them. */
    static Kinds kinds() {
        return Kinds.none()
                .with("StandardScaler", StandardScaler::read)
                .with("MinMaxScaler", MinMaxScaler::read)
                .with("RobustScaler", RobustScaler::read)
                .with("Imputer", Imputer::read)
                .with("OneHotEncoder", OneHotEncoder::read)
                .with("Categories", OneHotEncoder.Categories::read)
                .with("Pipeline", Pipeline::read);
    }
}
