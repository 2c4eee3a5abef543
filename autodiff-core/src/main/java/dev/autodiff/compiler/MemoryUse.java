package dev.autodiff.compiler;

import dev.autodiff.ir.Value;

/** The last stage that writes a region of memory, and those that read it since, as {@link StagePlanner} proceeds. */
final class MemoryUse {
    /** The rows that instructions use apart from each other, if they do. */
    record Rows(int count, int width) {
        static final Rows NONE = new Rows(0, 0);

        static Rows of(int count, Value value) {
            return count == 0 ? NONE : new Rows(count, value.size() / count);
        }

        boolean isAs(Rows other) {
            return count > 0 && count == other.count && width == other.width;
        }
    }

    // Stages; -1 if there is none.
    private int write = -1;
    private int read = -1;
    private int readByRows = -1;
    private Rows written = Rows.NONE;
    private Rows readRows = Rows.NONE;

    /** Returns the first stage in which it can be read. */
    int readable(Rows rows) {
        return after(write, written, rows);
    }

    /** Returns the first stage in which it can be written. */
    int writable(Rows rows) {
        int reads = Math.max(after(read, Rows.NONE, rows), after(readByRows, readRows, rows));
        return Math.max(after(write, written, rows), reads);
    }

    /** Returns the same stage, if rows stay apart. */
    private static int after(int stage, Rows then, Rows now) {
        return then.isAs(now) ? stage : stage + 1;
    }

    /** Notes that a stage writes it. */
    void written(int stage, Rows rows) {
        write = stage;
        written = rows;
        read = -1;
        readByRows = -1;
    }

    /** Notes that a stage reads it. */
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

    /** Returns the stage in which rows like these are written, or -1. */
    int writtenBy(Rows rows) {
        return written.isAs(rows) ? write : -1;
    }
}
