package dev.autodiff.kernel;

/** How work is divided among parts: always by outputs, into contiguous ranges whose sizes differ by one unit at most. */
public final class Division {
    private Division() {}

    /** The first of part {@code part}'s units; its last is the one before {@code start(units, part + 1, parts)}. */
    public static int start(int units, int part, int parts) {
        return (int) ((long) units * part / parts);
    }

    /**
     * Whether a matrix product should divide the columns of its result, rather than the rows: whichever leaves the largest
     * part with less work, counted in columns of multiplications plus the cost of packing {@code b}, which every part has
     * to do by itself for the columns that it computes.
     *
     * @param rowUnit rows that are computed together
     * @param columnUnit columns that are computed together
     * @param packing cost of packing one element of {@code b}, in multiplications
     */
    public static boolean byColumns(int m, int n, int rowUnit, int columnUnit, int packing, int parts) {
        int tiles = (m + rowUnit - 1) / rowUnit;
        int panels = (n + columnUnit - 1) / columnUnit;
        int largestTiles = (tiles + parts - 1) / parts;
        int largestPanels = (panels + parts - 1) / parts;
        long columns = (long) largestPanels * columnUnit * ((long) tiles * rowUnit + packing);
        long rows = (long) panels * columnUnit * ((long) largestTiles * rowUnit + packing);
        return columns <= rows;
    }
}
