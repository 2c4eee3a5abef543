/** Sentences that are sorted by topic, with a vector for each word. */
@NullMarked
package dev.autodiff.examples.text;

import org.jspecify.annotations.NullMarked;
