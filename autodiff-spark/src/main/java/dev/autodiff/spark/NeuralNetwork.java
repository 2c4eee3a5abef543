package dev.autodiff.spark;

import dev.autodiff.nn.config.Kinds;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.LayerKinds;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Momentum;
import dev.autodiff.nn.optimizer.Optimizer;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * An estimator of Spark ML that trains a network on the partitions of a data frame, as {@link SparkTrainer} does.
 *
 * <pre>{@code
 * NeuralNetwork network = new NeuralNetwork()
 *         .layers(new Dense(128, Activation.RELU), new Dense(10, Activation.SOFTMAX))
 *         .epochs(5); // ...
 * PipelineModel trained = new Pipeline().setStages(new PipelineStage[] {assembler, network}).fit(data);
 * }</pre>
 *
 * <p>Layers are kept as the text that describes them, so that the estimator can be saved; a layer of one's own needs
 * {@link SparkTrainer}.
 */
public final class NeuralNetwork extends Estimator<NeuralNetworkModel> implements MLWritable {
    private static final long serialVersionUID = 1;
    private static final String SOFTMAX = "softmaxCrossEntropy";

    private final String uid;
    private final Param<String> featuresCol;
    private final Param<String> labelCol;
    private final Param<String> outputCol;
    private final Param<String> predictionCol;
    private final Param<String> layers;
    private final Param<String> loss;
    private final Param<String> optimizer;
    private final DoubleParam stepSize;
    private final IntParam epochs;
    private final IntParam batchSize;
    private final IntParam averagingEvery;
    private final LongParam seed;

    /** Makes an estimator. */
    public NeuralNetwork() {
        this(Identifiable.randomUID("neuralNetwork"));
    }

    /** Makes an estimator with an identifier, as Spark does when it copies one. */
    public NeuralNetwork(String uid) {
        this.uid = uid;
        featuresCol = new Param<>(this, "featuresCol", "the column of the features: numbers, an array or a vector");
        labelCol = new Param<>(this, "labelCol", "the column of the labels");
        outputCol = new Param<>(this, "outputCol", "the column of the outputs, arrays of floats");
        predictionCol = new Param<>(this, "predictionCol", "the column of the predictions");
        layers = new Param<>(this, "layers", "the description of the layers, which layers(...) writes");
        loss = new Param<>(this, "loss", SOFTMAX + ", sigmoidCrossEntropy, meanSquaredError or meanAbsoluteError");
        optimizer = new Param<>(this, "optimizer", "adam, sgd or momentum");
        stepSize = new DoubleParam(this, "stepSize", "the learning rate, above 0");
        epochs = new IntParam(this, "epochs", "the number of passes over the data, at least 1");
        batchSize = new IntParam(this, "batchSize", "the number of examples of a step, of all partitions together");
        averagingEvery = new IntParam(this, "averagingEvery", "the number of local steps; 0 averages gradients");
        seed = new LongParam(this, "seed", "the seed of initial values, dropout and the order of examples");
        setDefault(featuresCol, "features");
        setDefault(labelCol, "label");
        setDefault(outputCol, "output");
        setDefault(predictionCol, "prediction");
        setDefault(loss, SOFTMAX);
        setDefault(optimizer, "adam");
        setDefault(stepSize, 0.001);
        setDefault(epochs, 1);
        setDefault(batchSize, 1024);
        setDefault(averagingEvery, 0);
        setDefault(seed, 0L);
    }

    @Override
    public String uid() {
        return uid;
    }

    // ---- parameters, which Spark finds by these methods

    /** Returns the parameter for the column of the features. */
    public Param<String> featuresCol() {
        return featuresCol;
    }

    /** Returns the parameter for the column of the labels. */
    public Param<String> labelCol() {
        return labelCol;
    }

    /** Returns the parameter for the column of the outputs. */
    public Param<String> outputCol() {
        return outputCol;
    }

    /** Returns the parameter for the column of the predictions. */
    public Param<String> predictionCol() {
        return predictionCol;
    }

    /** Returns the parameter for the description of the layers. */
    public Param<String> layers() {
        return layers;
    }

    /** Returns the parameter for the name of the loss. */
    public Param<String> loss() {
        return loss;
    }

    /** Returns the parameter for the name of the optimizer. */
    public Param<String> optimizer() {
        return optimizer;
    }

    /** Returns the parameter for the learning rate. */
    public DoubleParam stepSize() {
        return stepSize;
    }

    /** Returns the parameter for the number of epochs. */
    public IntParam epochs() {
        return epochs;
    }

    /** Returns the parameter for the number of examples of a step. */
    public IntParam batchSize() {
        return batchSize;
    }

    /** Returns the parameter for the number of local steps. */
    public IntParam averagingEvery() {
        return averagingEvery;
    }

    /** Returns the parameter for the seed. */
    public LongParam seed() {
        return seed;
    }

    /**
     * Sets the layers, which are applied one after the other.
     *
     * @throws UnsupportedOperationException if one of them cannot be described
     */
    public NeuralNetwork layers(Layer... network) {
        set(layers, new Sequential(network).config().toString());
        return this;
    }

    /** Sets a parameter, as {@code set(network.epochs(), 5)} does, and returns this. */
    public <T> NeuralNetwork with(Param<?> parameter, T value) {
        set(parameter.name(), value);
        return this;
    }

    // ---- training

    @Override
    public NeuralNetworkModel fit(Dataset<?> data) {
        transformSchema(data.schema());
        boolean classes = getOrDefault(loss).equals(SOFTMAX);
        SparkTrainer trainer = SparkTrainer.of(builder())
                .features(getOrDefault(featuresCol))
                .batch((Integer) value(batchSize))
                .epochs((Integer) value(epochs))
                .seed((Long) value(seed));
        int localSteps = (Integer) value(averagingEvery);
        if (localSteps > 0) {
            trainer.averagingEvery(localSteps);
        }
        String label = getOrDefault(labelCol);
        SparkTrainer.Result result = (classes ? trainer.classes(label) : trainer.label(label)).fit(data.toDF());
        try (Model trained = result.model()) {
            NeuralNetworkModel model = new NeuralNetworkModel(uid, bytes(trained));
            model.set(model.featuresCol(), getOrDefault(featuresCol));
            model.set(model.outputCol(), getOrDefault(outputCol));
            model.set(model.predictionCol(), getOrDefault(predictionCol));
            model.set("classification", classes);
            return model.setParent(this);
        }
    }

    private Object value(Param<?> parameter) {
        return getOrDefault(parameter);
    }

    private static byte[] bytes(Model model) {
        try {
            Path file = Files.createTempFile("autodiff", ".safetensors");
            try {
                model.save(file);
                return Files.readAllBytes(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ModelBuilder builder() {
        if (!isDefined(layers)) {
            throw new DataException("The network has no layers: set them with layers(new Dense(...), ...)");
        }
        return new Described(
                getOrDefault(layers), getOrDefault(loss), getOrDefault(optimizer), (Double) value(stepSize), (Long)
                        value(seed));
    }

    /** Makes the model of its description. */
    private record Described(String layers, String loss, String optimizer, double stepSize, long seed)
            implements ModelBuilder {
        @Override
        public Model get() {
            Kinds kinds = LayerKinds.all();
            if (!(kinds.read(layers) instanceof Layer layer)) {
                throw new DataException("The parameter layers describes no layer: " + layers);
            }
            return Model.of(layer).seed(seed).compile(rule(), measure());
        }

        private Optimizer rule() {
            return switch (optimizer) {
                case "adam" -> new Adam(stepSize);
                case "sgd" -> new GradientDescent(stepSize);
                case "momentum" -> new Momentum(stepSize, 0.9);
                default ->
                    throw new DataException(
                            "There is no optimizer \"" + optimizer + "\": there are adam, sgd and momentum");
            };
        }

        private Loss measure() {
            return switch (loss) {
                case SOFTMAX -> Loss.softmaxCrossEntropy();
                case "sigmoidCrossEntropy" -> Loss.sigmoidCrossEntropy();
                case "meanSquaredError" -> Loss.meanSquaredError();
                case "meanAbsoluteError" -> Loss.meanAbsoluteError();
                default ->
                    throw new DataException("There is no loss \"" + loss + "\": there are " + SOFTMAX
                            + ", sigmoidCrossEntropy, meanSquaredError and meanAbsoluteError");
            };
        }
    }

    @Override
    public StructType transformSchema(StructType schema) {
        Columns.of(schema, "features", List.of(getOrDefault(featuresCol)));
        return schema.add(getOrDefault(outputCol), DataTypes.createArrayType(DataTypes.FloatType, false), false)
                .add(getOrDefault(predictionCol), DataTypes.DoubleType);
    }

    @Override
    public NeuralNetwork copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    @Override
    public MLWriter write() {
        return new DefaultParamsWriter(this);
    }

    /** Returns the reader of what {@link #write} writes; Spark's pipelines call it by name. */
    public static MLReader<NeuralNetwork> read() {
        return new DefaultParamsReader<>();
    }
}
