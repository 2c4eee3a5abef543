/** JSON output of traces and profiles. Not exported; uses nothing. */
@NullMarked
package dev.autodiff.json;

import org.jspecify.annotations.NullMarked;
