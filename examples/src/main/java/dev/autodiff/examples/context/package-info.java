/** The shared parts of the examples, which a learner may skip: data files, figures, progress, tables. */
@NullMarked
package dev.autodiff.examples.context;

import org.jspecify.annotations.NullMarked;
