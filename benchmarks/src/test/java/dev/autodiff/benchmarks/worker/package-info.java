@NullMarked
package dev.autodiff.benchmarks.worker;

import org.jspecify.annotations.NullMarked;
