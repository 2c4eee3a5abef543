/** What the lessons write on and a reader may skip: a terminal and a page at once, charts, films of charts. */
@NullMarked
package dev.autodiff.examples.board;

import org.jspecify.annotations.NullMarked;
