package dev.autodiff.spark;

import dev.autodiff.nn.train.Model;
import java.io.Serializable;
import java.util.function.Supplier;

/**
 * A function that makes a compiled model, always the same one. It is sent to the executors, so that what it refers to
 * can be sent as well; a lambda that makes all layers itself refers to nothing.
 */
@FunctionalInterface
public interface ModelBuilder extends Supplier<Model>, Serializable {}
