package dev.autodiff.runtime;

import dev.autodiff.array.DType;

/**
 * A region of memory that values of one type take turns in.
 *
 * @param id the position among the program's buffers
 * @param length the number of elements
 */
public record Buffer(int id, DType dtype, int length) {}
