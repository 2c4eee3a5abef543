/**
 * Files of named arrays in the format <a href="https://github.com/huggingface/safetensors">safetensors</a>, which
 * Python reads and writes too: {@link dev.autodiff.nn.io.Safetensors}. A file is data only, never code, and is checked
 * as a whole before memory is taken for it. Files are written beside the old ones and then moved, so that a reader
 * finds the old or the new one whole, whatever happens meanwhile.
 *
 * <p>Models are saved with {@code Model.save} in {@code dev.autodiff.nn.train}, which uses this package. Errors in
 * files are {@link dev.autodiff.nn.data.DataException}s. Uses arrays and the messages of {@code dev.autodiff.nn.data};
 * knows no graphs.
 */
@FrameworkCode
@NullMarked
package dev.autodiff.nn.io;

import dev.autodiff.graph.FrameworkCode;
import org.jspecify.annotations.NullMarked;
