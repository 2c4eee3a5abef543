package dev.autodiff.io.tensorboard;

import dev.autodiff.array.NDArray;
import dev.autodiff.io.image.Images;
import dev.autodiff.io.protobuf.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * The values of summaries as protobuf messages, with the numbers of fields of TensorBoard's {@code summary.proto},
 * {@code histogram.proto}, {@code tensor.proto} and {@code plugins/hparams/plugin_data.proto}.
 */
final class Summaries {
    static final String SESSION_START = "_hparams_/session_start_info";
    static final String SESSION_END = "_hparams_/session_end_info";

    /** The number of buckets of a histogram, TensorFlow's. */
    private static final int BUCKETS = 30;

    private static final int DT_FLOAT = 1;
    private static final int DT_STRING = 7;
    private static final int STATUS_SUCCESS = 1;

    private Summaries() {}

    static ProtoWriter scalar(String tag, double value) {
        return new ProtoWriter().text(1, tag).float32(2, (float) value);
    }

    /** Returns counts in buckets of equal width from the smallest finite number to the largest. */
    static ProtoWriter histogram(String tag, NDArray values) {
        double[] finite =
                Arrays.stream(values.toDoubles()).filter(Double::isFinite).toArray();
        double min = Arrays.stream(finite).min().orElse(0);
        double max = Arrays.stream(finite).max().orElse(0);
        int buckets = min == max ? 1 : BUCKETS;
        double[] limits = new double[buckets];
        double[] counts = new double[buckets];
        for (int i = 0; i < buckets; i++) {
            double share = (i + 1.0) / buckets;
            limits[i] = i == buckets - 1 ? max : min * (1 - share) + max * share; // max - min may overflow
        }
        double sum = 0;
        double squares = 0;
        for (double value : finite) {
            int place = Arrays.binarySearch(limits, value);
            counts[Math.min(buckets - 1, place >= 0 ? place : -place - 1)]++;
            sum += value;
            squares += value * value;
        }
        ProtoWriter histogram = new ProtoWriter()
                .float64(1, min)
                .float64(2, max)
                .float64(3, finite.length)
                .float64(4, sum)
                .float64(5, squares)
                .doubles(6, limits)
                .doubles(7, counts);
        return new ProtoWriter().text(1, tag).message(5, histogram);
    }

    static ProtoWriter image(String tag, NDArray image) {
        int channels = image.shape().rank() == 2 ? 1 : image.dim(2);
        ProtoWriter written = new ProtoWriter()
                .number(1, image.dim(0))
                .number(2, image.dim(1))
                .number(3, channels)
                .bytes(4, Images.png(image));
        return new ProtoWriter().text(1, tag).message(4, written);
    }

    static ProtoWriter text(String tag, String markdown) {
        ProtoWriter shape = new ProtoWriter().message(2, new ProtoWriter().number(1, 1));
        ProtoWriter tensor = new ProtoWriter()
                .number(1, DT_STRING)
                .message(2, shape)
                .bytes(8, markdown.getBytes(StandardCharsets.UTF_8));
        ProtoWriter plugin = new ProtoWriter().message(1, new ProtoWriter().text(1, "text"));
        return new ProtoWriter().text(1, tag).message(8, tensor).message(9, plugin);
    }

    /**
     * Returns the beginning of a run with hyperparameters.
     *
     * @param values numbers, truth values and texts by their names
     */
    static ProtoWriter sessionStart(Map<String, ?> values, double seconds) {
        ProtoWriter info = new ProtoWriter();
        values.forEach((name, value) ->
                info.message(1, new ProtoWriter().text(1, name).message(2, hyperparameter(name, value))));
        return session(SESSION_START, 3, info.float64(5, seconds));
    }

    private static ProtoWriter hyperparameter(String name, Object value) {
        ProtoWriter written = new ProtoWriter();
        if (value instanceof Number number) {
            return written.float64(2, number.doubleValue());
        }
        if (value instanceof Boolean truth) {
            return written.number(4, truth ? 1 : 0);
        }
        if (value instanceof CharSequence || value instanceof Enum<?>) {
            return written.text(3, value.toString());
        }
        throw new IllegalArgumentException("A hyperparameter is a number, a truth value or a text, but " + name
                + " is a " + value.getClass().getName() + ": use its toString()");
    }

    static ProtoWriter sessionEnd(double seconds) {
        return session(
                SESSION_END, 4, new ProtoWriter().number(1, STATUS_SUCCESS).float64(2, seconds));
    }

    private static ProtoWriter session(String tag, int field, ProtoWriter info) {
        ProtoWriter noElements = new ProtoWriter().message(2, new ProtoWriter()); // one dimension, which is 0
        ProtoWriter noValue = new ProtoWriter().number(1, DT_FLOAT).message(2, noElements);
        ProtoWriter content = new ProtoWriter().message(field, info);
        ProtoWriter plugin = new ProtoWriter().text(1, "hparams").message(2, content);
        return new ProtoWriter().text(1, tag).message(8, noValue).message(9, new ProtoWriter().message(1, plugin));
    }
}
