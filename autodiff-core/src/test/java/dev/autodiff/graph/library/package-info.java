/** A library of layers as somebody else would write one, for {@link dev.autodiff.graph.SourceLineTest}. */
@FrameworkCode
package dev.autodiff.graph.library;

import dev.autodiff.graph.FrameworkCode;
