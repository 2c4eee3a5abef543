/**
 * Files that data is read from, with the messages of everything that may be wrong with them, and files that are
 * replaced as a whole: what the readers and writers of all formats share. Exported to {@code dev.autodiff.io} alone.
 * Uses {@link dev.autodiff.nn.data.DataException} and {@code java.base}.
 */
@NullMarked
package dev.autodiff.nn.data.file;

import org.jspecify.annotations.NullMarked;
