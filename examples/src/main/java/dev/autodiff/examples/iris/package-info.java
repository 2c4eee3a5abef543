/** The species of irises by their names: cross-validation, and preprocessing that is saved with a model. */
@NullMarked
package dev.autodiff.examples.iris;

import org.jspecify.annotations.NullMarked;
