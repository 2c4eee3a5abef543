package dev.autodiff.nn.layer;

import dev.autodiff.nn.Constraint;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.config.Kinds;

/**
 * The kinds of layers that a file of a model can hold, with what makes each of its {@link Layer#describe description}.
 */
public final class LayerKinds {
    /** The kind of a layer that has a name. */
    static final String NAMED = "Named";

    private static final Kinds ALL = Kinds.none()
            .with("Activation", Activation::read)
            .with("ActivationLayer", ActivationLayer::read)
            .with("AveragePooling1D", AveragePooling1D::read)
            .with("AveragePooling2D", AveragePooling2D::read)
            .with("BatchNorm", BatchNorm::read)
            .with("Block", Block::read)
            .with("Bidirectional", Bidirectional::of)
            .with(LayerGraph.CALL, config -> config)
            .with("Conv1D", Conv1D::read)
            .with("Conv1DTranspose", Conv1DTranspose::read)
            .with("Conv2D", Conv2D::read)
            .with("Conv2DTranspose", Conv2DTranspose::read)
            .with("Cropping1D", Cropping1D::read)
            .with("Cropping2D", Cropping2D::read)
            .with("Dense", Dense::read)
            .with("DepthwiseConv2D", DepthwiseConv2D::read)
            .with("Dropout", Dropout::read)
            .with("Embedding", Embedding::read)
            .with("Flatten", config -> new Flatten())
            .with("GRU", GRU::of)
            .with("GaussianNoise", GaussianNoise::read)
            .with("GlobalAveragePooling1D", config -> new GlobalAveragePooling1D().read(config))
            .with("GlobalAveragePooling2D", config -> new GlobalAveragePooling2D().read(config))
            .with("GlobalMaxPooling1D", config -> new GlobalMaxPooling1D().read(config))
            .with("GlobalMaxPooling2D", config -> new GlobalMaxPooling2D().read(config))
            .with("Graph", LayerGraph::read)
            .with("GroupNorm", GroupNorm::read)
            .with("LSTM", LSTM::of)
            .with("LayerNorm", LayerNorm::read)
            .with("Masking", Masking::read)
            .with("MaxPooling1D", MaxPooling1D::read)
            .with("MaxPooling2D", MaxPooling2D::read)
            .with("Maxout", Maxout::read)
            .with("MultiHeadAttention", MultiHeadAttention::read)
            .with(LayerGraph.OPERATION, config -> config)
            .with(LayerGraph.WEIGHT, config -> config)
            .with("PReLU", config -> new PReLU())
            .with("PositionEmbedding", PositionEmbedding::read)
            .with("PositionalEncoding", PositionalEncoding::read)
            .with("RMSNorm", RMSNorm::read)
            .with("RepeatVector", RepeatVector::read)
            .with("Reshape", Reshape::read)
            .with("SeparableConv2D", SeparableConv2D::read)
            .with("Sequential", Sequential::read)
            .with("SimpleRNN", SimpleRNN::of)
            .with("TimeDistributed", TimeDistributed::read)
            .with("TransformerBlock", TransformerBlock::read)
            .with("UpSampling1D", UpSampling1D::read)
            .with("UpSampling2D", UpSampling2D::read)
            .with("ZeroPadding1D", ZeroPadding1D::read)
            .with("ZeroPadding2D", ZeroPadding2D::read)
            .with(NAMED, config -> config.object("layer", Layer.class).named(config.text("name")))
            .and(Regularizer.kinds())
            .and(Constraint.kinds())
            .and(Initializers.kinds());

    private LayerKinds() {}

    /**
     * Returns the kinds of all layers of this package, and of their arguments. Layers of your own are added with {@link
     * Kinds#with}, as {@link Layer#describe} shows.
     */
    public static Kinds all() {
        return ALL;
    }
}
