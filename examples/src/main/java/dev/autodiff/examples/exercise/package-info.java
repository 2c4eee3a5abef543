/**
 * Exercises: the learner completes a small Java file, and a check compiles it, tries it out and says what is right or wrong and
 * why.
 */
@NullMarked
package dev.autodiff.examples.exercise;

import org.jspecify.annotations.NullMarked;
