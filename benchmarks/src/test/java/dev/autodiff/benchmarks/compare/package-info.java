@NullMarked
package dev.autodiff.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
