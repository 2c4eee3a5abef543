/** Graphs as Java source that builds them. Uses nn. */
@FrameworkCode
@NullMarked
package dev.autodiff.io.code;

import dev.autodiff.graph.FrameworkCode;
import org.jspecify.annotations.NullMarked;
