/**
 * Exercises: the learner completes a small Java file, and a check compiles and runs it and explains mistakes.
 */
@NullMarked
package dev.autodiff.examples.exercise;

import org.jspecify.annotations.NullMarked;
