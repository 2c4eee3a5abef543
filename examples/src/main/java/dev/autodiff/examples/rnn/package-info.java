/** Recurrent networks: digits read row by row, and a wave that is continued. */
@NullMarked
package dev.autodiff.examples.rnn;

import org.jspecify.annotations.NullMarked;
