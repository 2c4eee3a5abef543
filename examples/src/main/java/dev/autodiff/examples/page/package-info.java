/** What the lessons write on and a reader may skip: a terminal and a page at once, charts, animations. */
@NullMarked
package dev.autodiff.examples.page;

import org.jspecify.annotations.NullMarked;
