/** A small GPT that learns to write from the characters of a novel. */
@NullMarked
package dev.autodiff.examples.gpt;

import org.jspecify.annotations.NullMarked;
