package dev.autodiff.program;

/** Who wrote a piece of memory last, and who has read it since, as {@link Staging} goes through the instructions. */
final class MemoryUse {
    /** How memory is divided into rows that instructions use apart from each other, if at all. */
    record Rows(int count, int width) {
        static final Rows NONE = new Rows(0, 0);

        static Rows of(int count, Value value) {
            return count == 0 ? NONE : new Rows(count, value.size() / count);
        }

        boolean isAs(Rows other) {
            return count > 0 && count == other.count && width == other.width;
        }
    }

    // Stages, -1 if nobody did.
    private int write = -1;
    private int read = -1;
    private int readByRows = -1;
    private Rows written = Rows.NONE;
    private Rows readRows = Rows.NONE;

    /** The first stage in which somebody can read it. */
    int readable(Rows rows) {
        return after(write, written, rows);
    }

    /** The first stage in which somebody can write it. */
    int writable(Rows rows) {
        int reads = Math.max(after(read, Rows.NONE, rows), after(readByRows, readRows, rows));
        return Math.max(after(write, written, rows), reads);
    }

    /** The same stage, if rows stay apart. */
    private static int after(int stage, Rows then, Rows now) {
        return then.isAs(now) ? stage : stage + 1;
    }

    void written(int stage, Rows rows) {
        write = stage;
        written = rows;
        read = -1;
        readByRows = -1;
    }

    void read(int stage, Rows rows) {
        if (readByRows < 0) {
            readRows = rows;
        }
        if (rows.isAs(readRows)) {
            readByRows = Math.max(readByRows, stage);
        } else {
            read = Math.max(read, stage);
        }
    }

    /** The stage in which rows like these are written, or -1. */
    int writtenBy(Rows rows) {
        return written.isAs(rows) ? write : -1;
    }
}
