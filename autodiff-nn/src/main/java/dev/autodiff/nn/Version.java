package dev.autodiff.nn;

import de.siegmar.fastcsv.reader.CsvReader;
import dev.autodiff.kernel.Kernels;

/** A placeholder that uses what this module requires. */
public final class Version {
    private Version() {}

    /**
     * Describes the library.
     *
     * @return one line
     */
    public static String describe() {
        long rows = CsvReader.builder().ofCsvRecord("a,b\n1,2\n").stream().count();
        return "autodiff, " + Kernels.name() + " kernels, " + rows + " rows";
    }
}
