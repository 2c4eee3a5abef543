/** A library of leaves and layers as somebody else would write one. */
@FrameworkCode
package dev.autodiff.graph.library;

import dev.autodiff.graph.FrameworkCode;
