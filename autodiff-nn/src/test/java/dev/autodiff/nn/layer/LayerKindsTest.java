package dev.autodiff.nn.layer;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Interpolation;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Constraint;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Initializer;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.config.Described;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every layer of the package describes itself, and what is made of the description does the same. A new layer needs its
 * {@code describe()}, a row in {@link LayerKinds} and one here, with all its options.
 */
class LayerKindsTest {
    private static final Shape ROWS = Shape.of(Shape.UNKNOWN, 3);

    /** Layers with arguments that are not the usual ones, and the type and shape of their input. */
    static Stream<Arguments> layers() {
        List<Arguments> rows = new ArrayList<>();
        rows.add(arguments(new BatchNorm(0.7, 0.01), DType.FLOAT32, ROWS));
        rows.add(arguments(
                new Dense(2, Activation.GELU)
                        .withoutBias()
                        .kernelInitializer(Initializers.randomUniform(-0.5, 0.25))
                        .kernelRegularizer(Regularizer.l1(0.1))
                        .kernelConstraint(Constraint.maxNorm(0.3)),
                DType.FLOAT32,
                ROWS));
        rows.add(arguments(
                new Dense(2)
                        .kernelInitializer(Initializers.truncatedNormal(0.5, 0.1))
                        .biasInitializer(Initializers.constant(0.75))
                        .kernelRegularizer(Regularizer.l2(0.2))
                        .biasRegularizer(Regularizer.elasticNet(0.1, 0.2))
                        .activityRegularizer(Regularizer.l1(0.3))
                        .kernelConstraint(Constraint.nonNegative())
                        .named("output"),
                DType.FLOAT32,
                ROWS));
        rows.add(arguments(Dropout.rate(0.25), DType.FLOAT32, ROWS));
        rows.add(arguments(
                new Embedding(5, 2)
                        .embeddingsInitializer(Initializers.randomNormal(1, 2))
                        .embeddingsRegularizer(Regularizer.l2(0.1))
                        .embeddingsConstraint(Constraint.maxNorm(2))
                        .maskZero(),
                DType.INT32,
                ROWS));
        rows.add(arguments(new Flatten(), DType.FLOAT32, Shape.of(Shape.UNKNOWN, 2, 3)));
        rows.add(arguments(new GaussianNoise(0.5), DType.FLOAT32, ROWS));
        rows.add(arguments(new LayerNorm(0.1), DType.FLOAT32, ROWS));
        rows.add(arguments(
                new Maxout(2, 3).kernelInitializer(Initializers.heNormal()).kernelRegularizer(Regularizer.l2(0.1)),
                DType.FLOAT32,
                ROWS));
        rows.add(arguments(new Masking(-1), DType.FLOAT32, Shape.of(Shape.UNKNOWN, 2, 3)));
        rows.add(arguments(new RepeatVector(3), DType.FLOAT32, ROWS));
        rows.add(arguments(new Reshape(3, 1), DType.FLOAT32, ROWS));
        rows.addAll(images());
        Shape text = Shape.of(Shape.UNKNOWN, 5, 8);
        rows.add(arguments(
                new MultiHeadAttention(2)
                        .causal()
                        .rotary(100)
                        .dropout(0.25)
                        .withoutBias()
                        .kernelInitializer(Initializers.heNormal()),
                DType.FLOAT32,
                text));
        rows.add(arguments(
                new TransformerBlock(4)
                        .hiddenUnits(6)
                        .activation(Activation.RELU)
                        .dropout(0.25)
                        .normLast()
                        .kernelInitializer(Initializers.heUniform()),
                DType.FLOAT32,
                text));
        rows.add(arguments(new TransformerBlock(2).causal().rotary(50), DType.FLOAT32, text));
        rows.add(arguments(
                new PositionEmbedding(7).embeddingsInitializer(Initializers.randomNormal(0, 1)), DType.FLOAT32, text));
        rows.add(arguments(new PositionalEncoding(6), DType.FLOAT32, text));
        Layer shared = new Dense(3, Activation.TANH);
        rows.add(arguments(new Sequential(shared, new Sequential(shared).named("again"), shared), DType.FLOAT32, ROWS));
        Layer inner = new Dense(3);
        Layer residual = Layer.of(x -> x.add(inner.apply(x)));
        Network.of(residual, Placeholder.of("x", ROWS));
        rows.add(arguments(residual, DType.FLOAT32, ROWS));
        Layer tied = new Dense(2);
        Layer autoencoder = Layer.of(x -> {
            Tensor code = tied.apply(x);
            return code.matmul(tied.variables().get(0).transpose());
        });
        Network.of(autoencoder, Placeholder.of("x", ROWS));
        rows.add(arguments(autoencoder, DType.FLOAT32, ROWS));
        Shape sequences = Shape.of(Shape.UNKNOWN, 2, 3);
        rows.add(arguments(new SimpleRNN(2).activation(Activation.RELU).returnSequences(), DType.FLOAT32, sequences));
        rows.add(arguments(
                new LSTM(2)
                        .recurrentActivation(Activation.TANH)
                        .kernelRegularizer(Regularizer.l1(0.1))
                        .recurrentRegularizer(Regularizer.l2(0.1))
                        .recurrentConstraint(Constraint.maxNorm(0.3))
                        .goBackwards(),
                DType.FLOAT32,
                sequences));
        rows.add(arguments(new GRU(2).resetBefore().truncate(1).unroll(), DType.FLOAT32, sequences));
        rows.add(arguments(new Bidirectional(() -> new GRU(2).withoutBias()), DType.FLOAT32, sequences));
        rows.add(arguments(
                new TimeDistributed(new Conv2D(2, 2).named("each")),
                DType.FLOAT32,
                Shape.of(Shape.UNKNOWN, 3, 4, 4, 1)));
        for (Activation activation : Activation.values()) {
            rows.add(arguments(activation.layer(), DType.FLOAT32, ROWS));
        }
        for (Initializer initializer : List.of(
                Initializers.zeros(),
                Initializers.glorotUniform(),
                Initializers.glorotNormal(),
                Initializers.heUniform(),
                Initializers.heNormal(),
                Initializers.lecunUniform(),
                Initializers.lecunNormal())) {
            rows.add(arguments(new Dense(2).kernelInitializer(initializer), DType.FLOAT32, ROWS));
        }
        return rows.stream();
    }

    private static List<Arguments> images() {
        Shape sequences = Shape.of(Shape.UNKNOWN, 6, 4);
        Shape images = Shape.of(Shape.UNKNOWN, 6, 6, 4);
        List<Layer> ofSequences = List.of(
                new Conv1D(4, 3, Activation.RELU).groups(2).dilation(2).withoutBias(),
                new Conv1D(4, 3).causal().dilation(2),
                new Conv1DTranspose(3, 3, Activation.SIGMOID).strides(2).outputPadding(1),
                new Cropping1D(1, 2),
                new PReLU(),
                new UpSampling1D(3),
                new ZeroPadding1D(1, 2).channelsFirst(),
                new MaxPooling1D(2).strides(1).ceilMode(),
                new AveragePooling1D(3).same().countIncludePad(),
                new GlobalAveragePooling1D().channelsFirst(),
                new GlobalMaxPooling1D());
        List<Layer> ofImages = List.of(
                new Conv2D(4, 3, 2, Activation.TANH)
                        .groups(2)
                        .strides(2, 1)
                        .padding(1, 0, 2, 1)
                        .kernelInitializer(Initializers.heNormal())
                        .biasInitializer(Initializers.ones())
                        .kernelRegularizer(Regularizer.l2(0.1))
                        .biasRegularizer(Regularizer.l1(0.1))
                        .activityRegularizer(Regularizer.l1(0.2))
                        .kernelConstraint(Constraint.maxNorm(0.5)),
                new Conv2D(2, 3).channelsFirst().dilation(2, 1),
                new Conv2DTranspose(3, 3, Activation.SIGMOID).strides(2).outputPadding(1),
                new DepthwiseConv2D(3, Activation.RELU).depthMultiplier(2).same(),
                new SeparableConv2D(3, 3, Activation.RELU).depthMultiplier(2).channelsFirst(),
                new MaxPooling2D(3, 2).padding(1, 0, 1, 0).ceilMode(),
                new AveragePooling2D(2, 3).strides(1).padding(1).countIncludePad(),
                new GlobalAveragePooling2D().channelsFirst(),
                new GlobalMaxPooling2D(),
                new BatchNorm(0.8, 0.1).channelsFirst(),
                new GroupNorm(2, 0.1).channelsFirst(),
                new RMSNorm(0.1),
                new Cropping2D(1, 0, 2, 1),
                new UpSampling2D(2, 3),
                new UpSampling2D(2, 2).interpolation(Interpolation.BILINEAR),
                new ZeroPadding2D(1, 2, 3, 0).channelsFirst());
        List<Arguments> rows = new ArrayList<>();
        ofSequences.forEach(layer -> rows.add(arguments(layer, DType.FLOAT32, sequences)));
        ofImages.forEach(layer -> rows.add(arguments(layer, DType.FLOAT32, images)));
        return rows;
    }

    @ParameterizedTest
    @MethodSource("layers")
    void aLayerOfTheDescriptionDoesTheSame(Layer layer, DType dtype, Shape shape) {
        String description = layer.config().toString();
        Layer made = (Layer) LayerKinds.all().read(description);
        assertEquals(layer.getClass(), made.getClass());
        assertEquals(description, made.config().toString());
        assertEquals(outputs(layer, dtype, shape), outputs(made, dtype, shape));
    }

    /** Returns the names and values of the variables, and the outputs and penalties in both modes. */
    private static List<String> outputs(Layer layer, DType dtype, Shape shape) {
        Placeholder x = Placeholder.of("x", dtype, shape);
        NDArray value = NDArray.zeros(dtype, shape.with(0, 4));
        for (int i = 0; i < value.size(); i++) {
            if (value.storage() instanceof float[] floats) {
                floats[i] = i * 0.3f - 1;
            } else {
                ((int[]) value.storage())[i] = i % 5;
            }
        }
        List<String> all = new ArrayList<>();
        Network network = Network.of(layer, x);
        try (Session session = new Session(5)) {
            for (Mode mode : Mode.values()) {
                all.add(session.run(network.output(mode), Feed.feed(x, value)).toString());
                network.penalties(mode)
                        .forEach(penalty -> all.add(
                                session.run(penalty, Feed.feed(x, value)).toString()));
            }
            for (Map.Entry<String, Variable> entry : network.variables().entrySet()) {
                Variable variable = entry.getValue();
                NDArray initial = variable.value();
                variable.assign(NDArray.full(variable.dtype(), variable.shape(), -0.9));
                String constrained = variable.constraint()
                        .map(constraint ->
                                session.run(constraint.apply(variable)).toString())
                        .orElse("");
                all.add(entry.getKey() + " " + initial + constrained);
            }
        }
        return all;
    }

    @Test
    void everyLayerOfThePackageHasARow() {
        Set<String> described = layers().map(row -> row.get()[0].getClass().getSimpleName())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> missing = new ClassFileImporter()
                .importPackages("dev.autodiff.nn.layer").stream()
                        .filter(type -> type.isAssignableTo(Layer.class) && isOfTheLibrary(type))
                        .map(JavaClass::getSimpleName)
                        .filter(name -> !described.contains(name))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of(), missing, "layers without a row in LayerKindsTest.layers()");
    }

    /** Leaves out the layer that has a cell of one's own, and those of tests. */
    private static boolean isOfTheLibrary(JavaClass type) {
        return !type.getModifiers().contains(JavaModifier.ABSTRACT)
                && type.isTopLevelClass()
                && !type.isEquivalentTo(RNN.class);
    }

    @Test
    void everyKindHasARow() {
        String all = layers().map(row -> ((Described) row.get()[0]).config().toString())
                .collect(Collectors.joining("\n"));
        for (String kind : LayerKinds.all().names()) {
            if (!kind.equals("UnsavedInitializer")) {
                assertTrue(all.contains("\"kind\":\"" + kind + "\""), kind);
            }
        }
    }

    @Test
    void aSharedLayerIsOne() {
        Layer shared = new Dense(3);
        Sequential made = (Sequential)
                LayerKinds.all().read(new Sequential(shared, shared).config().toString());
        assertTrue(made.layers().get(0) == made.layers().get(1));
        Sequential two = (Sequential) LayerKinds.all()
                .read(new Sequential(new Dense(3), new Dense(3)).config().toString());
        assertFalse(two.layers().get(0) == two.layers().get(1));
    }

    @Test
    void whatCannotBeDescribed() {
        Layer layer = new Sequential(
                new Dense(1, x -> x.mul(2)),
                Layer.of(x -> x),
                new Dense(1).kernelRegularizer(w -> w.sum()).kernelConstraint(w -> w),
                new Sequential(new Layer() {
                    @Override
                    protected Tensor build(Tensor x, LayerScope scope) {
                        return x;
                    }
                }));
        refused(
                UnsupportedOperationException.class,
                () -> layer.config().toString(),
                "layers[0]: its activation is a lambda",
                "layers[1]: it is a function of Layer.of",
                "layers[2].kernelRegularizer: it is a penalty that does not describe itself",
                "layers[2].kernelConstraint: it is a constraint that does not describe itself",
                "layers[3].layers[0]: a Layer does not describe itself: override its describe()");
    }

    /** An initializer of one's own has done its work; the one in its place says so. */
    @Test
    void initializersOfOnesOwn() {
        Layer layer = new Dense(1).kernelInitializer((dtype, shape, seed) -> NDArray.full(dtype, shape, 7));
        Layer made = (Layer) LayerKinds.all().read(layer.config().toString());
        Placeholder x = Placeholder.of("x", ROWS);
        Tensor y = made.apply(x);
        try (Session session = new Session()) {
            refused(
                    IllegalArgumentException.class,
                    () -> session.run(y, Feed.feed(x, NDArray.zeros(DType.FLOAT32, 1, 3))),
                    "was not saved with the model");
            made.variables().get(0).assign(NDArray.full(DType.FLOAT32, Shape.of(3, 1), 7));
            assertEquals(
                    0,
                    session.run(y, Feed.feed(x, NDArray.zeros(DType.FLOAT32, 1, 3)))
                            .item());
        }
    }

    @Test
    void damagedDescriptions() {
        refused(
                IllegalArgumentException.class,
                () -> LayerKinds.all().read("{\"kind\":\"Dropout\",\"keep\":2}"),
                "Dropout keeps with a probability");
        refused(
                IllegalArgumentException.class,
                () -> LayerKinds.all().read("{\"kind\":\"Flatten\",\"units\":2}"),
                "Flatten has no argument units");
        refused(
                IllegalArgumentException.class,
                () -> LayerKinds.all().read("{\"kind\":\"Activation\",\"function\":\"swoosh\"}"),
                "no activation swoosh");
    }
}
