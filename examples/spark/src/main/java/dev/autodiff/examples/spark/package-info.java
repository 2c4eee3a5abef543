/** An example of training and scoring on Apache Spark. */
@NullMarked
package dev.autodiff.examples.spark;

import org.jspecify.annotations.NullMarked;
