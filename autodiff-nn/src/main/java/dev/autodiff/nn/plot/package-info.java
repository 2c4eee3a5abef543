/** Line charts as SVG, for histories, schedules and searches of learning rates. Not exported; uses nothing. */
@NullMarked
package dev.autodiff.nn.plot;

import org.jspecify.annotations.NullMarked;
