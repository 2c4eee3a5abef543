/** Output of the lessons, which a learner may skip: the terminal and a web page at once, charts, animations. */
@NullMarked
package dev.autodiff.examples.page;

import org.jspecify.annotations.NullMarked;
