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
            .with("BatchNorm", BatchNorm::read)
            .with("Dense", Dense::read)
            .with("Dropout", Dropout::read)
            .with("Embedding", Embedding::read)
            .with("Flatten", config -> new Flatten())
            .with("GaussianNoise", GaussianNoise::read)
            .with("LayerNorm", LayerNorm::read)
            .with("Maxout", Maxout::read)
            .with("Reshape", Reshape::read)
            .with("Sequential", Sequential::read)
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
