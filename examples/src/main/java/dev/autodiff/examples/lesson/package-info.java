/**
 * A course on backpropagation: each lesson is one short program, which reads from top to bottom and can be shown in a
 * lecture. {@link dev.autodiff.examples.lesson.Course} lists them.
 */
@NullMarked
package dev.autodiff.examples.lesson;

import org.jspecify.annotations.NullMarked;
