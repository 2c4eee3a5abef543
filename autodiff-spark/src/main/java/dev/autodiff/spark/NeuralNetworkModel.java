package dev.autodiff.spark;

import dev.autodiff.nn.data.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * A trained network in a pipeline of Spark ML, which {@link NeuralNetwork} makes. It adds the outputs of the network,
 * an array of floats, and a prediction: the number of the largest output for classes, else the first output.
 */
public final class NeuralNetworkModel extends Model<NeuralNetworkModel> implements MLWritable {
    private static final long serialVersionUID = 1;
    private static final String FILE = "model.safetensors";

    private final String uid;
    private final Param<String> featuresCol;
    private final Param<String> outputCol;
    private final Param<String> predictionCol;
    private final BooleanParam classification;
    private final SentModel sent;
    private final byte[] file;

    NeuralNetworkModel(String uid, byte[] file) {
        this.uid = uid;
        this.file = file;
        this.sent = new SentModel(file);
        featuresCol = new Param<>(this, "featuresCol", "the column of the features: numbers, an array or a vector");
        outputCol = new Param<>(this, "outputCol", "the column of the outputs, arrays of floats");
        predictionCol = new Param<>(this, "predictionCol", "the column of the predictions");
        classification = new BooleanParam(this, "classification", "whether the outputs are those of classes");
        setDefault(featuresCol, "features");
        setDefault(outputCol, "output");
        setDefault(predictionCol, "prediction");
        setDefault(classification, true);
    }

    @Override
    public String uid() {
        return uid;
    }

    /** Returns the parameter for the column of the features. */
    public Param<String> featuresCol() {
        return featuresCol;
    }

    /** Returns the parameter for the column of the outputs. */
    public Param<String> outputCol() {
        return outputCol;
    }

    /** Returns the parameter for the column of the predictions. */
    public Param<String> predictionCol() {
        return predictionCol;
    }

    /** Returns the parameter that tells whether the outputs are those of classes. */
    public BooleanParam classification() {
        return classification;
    }

    /** Returns the network, a new copy; close it when it is no longer used. */
    public dev.autodiff.nn.train.Model network() {
        return sent.load();
    }

    @Override
    public Dataset<Row> transform(Dataset<?> data) {
        transformSchema(data.schema());
        Scoring scoring = Scoring.of(data.sparkSession(), file);
        Dataset<Row> scored = scoring.transform(data.toDF(), getOrDefault(outputCol), getOrDefault(featuresCol));
        boolean classes = (Boolean) getOrDefault((Param<?>) classification);
        return scored.withColumn(
                getOrDefault(predictionCol),
                functions
                        .udf(new Prediction(classes), DataTypes.DoubleType)
                        .apply(scored.col('`' + getOrDefault(outputCol).replace("`", "``") + '`')));
    }

    /** Makes a prediction of outputs. */
    private record Prediction(boolean classes) implements UDF1<scala.collection.Seq<Float>, Double> {
        @Override
        public Double call(scala.collection.Seq<Float> outputs) {
            int best = 0;
            for (int i = 1; classes && i < outputs.size(); i++) {
                best = outputs.apply(i) > outputs.apply(best) ? i : best;
            }
            return classes ? (double) best : outputs.apply(0);
        }
    }

    @Override
    public StructType transformSchema(StructType schema) {
        Columns.of(schema, "features", List.of(getOrDefault(featuresCol)));
        return schema.add(getOrDefault(outputCol), DataTypes.createArrayType(DataTypes.FloatType, false), false)
                .add(getOrDefault(predictionCol), DataTypes.DoubleType);
    }

    @Override
    public NeuralNetworkModel copy(ParamMap extra) {
        NeuralNetworkModel copy = copyValues(new NeuralNetworkModel(uid, file), extra);
        return copy.setParent(parent());
    }

    // ---- files

    @Override
    public MLWriter write() {
        return new Writer(this);
    }

    /** Returns the reader of what {@link #write} writes; Spark's pipelines call it by name. */
    public static MLReader<NeuralNetworkModel> read() {
        return new Reader();
    }

    private static final class Writer extends MLWriter {
        private final NeuralNetworkModel model;

        Writer(NeuralNetworkModel model) {
            this.model = model;
        }

        @Override
        public void saveImpl(String path) {
            DefaultParamsWriter.saveMetadata(model, path, sparkSession());
            org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(path, FILE);
            try {
                FileSystem files = file.getFileSystem(sc().hadoopConfiguration());
                try (OutputStream out = files.create(file, true)) {
                    out.write(model.file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Reader extends MLReader<NeuralNetworkModel> {
        @Override
        public NeuralNetworkModel load(String path) {
            DefaultParamsReader.Metadata metadata =
                    DefaultParamsReader.loadMetadata(path, sparkSession(), NeuralNetworkModel.class.getName());
            org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(path, FILE);
            try {
                FileSystem files = file.getFileSystem(sc().hadoopConfiguration());
                try (InputStream in = files.open(file)) {
                    NeuralNetworkModel model = new NeuralNetworkModel(metadata.uid(), in.readAllBytes());
                    model.network().close(); // damage is noticed here
                    metadata.getAndSetParams(model, Option.empty());
                    return model;
                }
            } catch (IOException e) {
                throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
            }
        }
    }
}
