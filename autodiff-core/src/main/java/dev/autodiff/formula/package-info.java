/**
 * Formulas and numbers as text for readers: formulas with values in the place of words, numbers with the digits that
 * matter, and arrays in a few words where they are large. Not exported. May use {@code dev.autodiff.graph} and
 * {@code dev.autodiff.array}.
 */
@FrameworkCode
@NullMarked
package dev.autodiff.formula;

import dev.autodiff.graph.FrameworkCode;
import org.jspecify.annotations.NullMarked;
