/**
 * Data-parallel training and batch scoring on Apache Spark, for data that lies on a cluster.
 *
 * <p>{@link dev.autodiff.spark.SparkTrainer} trains any model, {@link dev.autodiff.spark.NeuralNetwork} is an estimator
 * for pipelines of Spark ML, and {@link dev.autodiff.spark.Scoring} applies a model to the rows of a data frame. The
 * module is for the class path, as Spark is, and takes Spark from the cluster. May use {@code dev.autodiff.nn}.
 */
@NullMarked
package dev.autodiff.spark;

import org.jspecify.annotations.NullMarked;
