/**
 * Tables in CSV files: {@link dev.autodiff.nn.data.csv.CsvTable} reads one, {@link dev.autodiff.nn.data.csv.CsvOptions}
 * contain the settings; {@link dev.autodiff.nn.data.csv.JsonLines} reads tables with a JSON object on each line. An
 * error in a file is thrown as a {@link dev.autodiff.nn.data.DataException} that names the file, the line and the
 * column.
 *
 * <p>Parquet and Arrow are not read. Their Java libraries come with a tree of dependencies (Hadoop's client, Avro,
 * native code for compression; Netty or {@code sun.misc.Unsafe}), which is more than this whole library; convert such
 * files, as with {@code pandas.read_parquet(file).to_csv(...)}, or to NumPy's {@code .npz}, which is read exactly.
 *
 * <p>Uses {@code dev.autodiff.nn.data}, {@code dev.autodiff.array}, {@code dev.autodiff.json} and FastCSV; knows
 * nothing of graphs and sessions.
 */
@NullMarked
package dev.autodiff.nn.data.csv;

import org.jspecify.annotations.NullMarked;
