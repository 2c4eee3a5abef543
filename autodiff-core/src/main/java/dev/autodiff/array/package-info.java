/**
 * Values on the host: element types, shapes and contiguous arrays.
 *
 * <p>The lowest layer. It knows nothing of graphs, programs or kernels and may use nothing but {@code java.base}.
 */
@NullMarked
package dev.autodiff.array;

import org.jspecify.annotations.NullMarked;
