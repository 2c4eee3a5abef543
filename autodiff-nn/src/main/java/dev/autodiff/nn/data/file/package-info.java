/**
 * Files that data is read from, with the messages of everything that may be wrong with them: what the readers of all
 * formats share. Not exported. Uses {@link dev.autodiff.nn.data.DataException} and {@code java.base}.
 */
@NullMarked
package dev.autodiff.nn.data.file;

import org.jspecify.annotations.NullMarked;
