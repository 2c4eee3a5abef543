/**
 * Descriptions of objects as data: what kind of object it is, and its arguments. Layers, penalties, preprocessing and
 * the like {@linkplain dev.autodiff.nn.config.Described describe} themselves so that a file can hold them as JSON, and
 * {@link dev.autodiff.nn.config.Kinds} makes them again. A file holds no code: only kinds that the reader was told of
 * can be made.
 *
 * <p>At the bottom of the library: knows nothing of what it describes.
 */
@NullMarked
package dev.autodiff.nn.config;

import org.jspecify.annotations.NullMarked;
