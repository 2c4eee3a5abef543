/** JSON: the output of traces and profiles, and the headers of files. For this project alone; uses nothing. */
@NullMarked
package dev.autodiff.json;

import org.jspecify.annotations.NullMarked;
