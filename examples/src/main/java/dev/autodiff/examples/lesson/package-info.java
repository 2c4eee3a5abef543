/**
 * A course on backpropagation: each lesson is one short program, to be run on a projector and to be read from top to bottom.
 * {@link dev.autodiff.examples.lesson.Course} lists them.
 */
@NullMarked
package dev.autodiff.examples.lesson;

import org.jspecify.annotations.NullMarked;
