/**
 * Text that a terminal, a file and a screen can take, whatever names and data it is made of: for messages and writers.
 * Not exported to users. Uses {@code java.base} alone.
 */
@NullMarked
package dev.autodiff.text;

import org.jspecify.annotations.NullMarked;
