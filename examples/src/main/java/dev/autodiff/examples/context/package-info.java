/** What the examples share and a learner may skip: where data and figures are, plots, progress, tables. */
@NullMarked
package dev.autodiff.examples.context;

import org.jspecify.annotations.NullMarked;
