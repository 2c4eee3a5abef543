/**
 * Tables in CSV files: {@link dev.autodiff.nn.data.csv.CsvTable} reads one, {@link dev.autodiff.nn.data.csv.CsvOptions}
 * contain the settings. An error in a file is thrown as a {@link dev.autodiff.nn.data.DataException} that names the
 * file, the line and the column.
 *
 * <p>Uses {@code dev.autodiff.nn.data}, {@code dev.autodiff.array} and FastCSV; knows nothing of graphs and sessions.
 */
@NullMarked
package dev.autodiff.nn.data.csv;

import org.jspecify.annotations.NullMarked;
