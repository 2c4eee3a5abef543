package dev.autodiff.nn.data.csv;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.file.DataFile;
import dev.autodiff.nn.data.file.Nearest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The reader of one CSV file, which makes a {@link CsvTable} of it. */
final class CsvLoader {
    /** The most fields of a line; tables of genes have 20,000 to 60,000. */
    private static final int MOST_COLUMNS = 1 << 20;
    /** The most characters of a line, which also bounds what a damaged file can take. */
    private static final int MOST_CHARACTERS = 1 << 26;

    private final DataFile file;
    private final CsvOptions options;
    private final List<String> names = new ArrayList<>();
    private final List<CsvColumn> columns = new ArrayList<>();
    private long[] lines = new long[16];
    private int rows;

    CsvLoader(DataFile file, CsvOptions options) {
        this.file = file;
        this.options = options;
    }

    CsvTable load() {
        try (Source source = open()) {
            CsvTable table = next(source.records.iterator(), Integer.MAX_VALUE);
            if (table == null) {
                throw file.error(names.isEmpty() ? "is empty" : "has a header line but no rows");
            }
            return table;
        } catch (IOException e) {
            throw ioError(e);
        }
    }

    /** Returns tables of up to a number of rows, which are read when they are taken; to be closed. */
    Stream<CsvTable> parts(int most) {
        Source source;
        try {
            source = open();
        } catch (IOException e) {
            throw ioError(e);
        }
        Iterator<CsvRecord> records = source.records.iterator();
        Iterator<CsvTable> parts = new Iterator<>() {
            private @Nullable CsvTable ready;

            @Override
            public boolean hasNext() {
                ready = ready == null ? CsvLoader.this.next(records, most) : ready;
                return ready != null;
            }

            @Override
            public CsvTable next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("There are no more rows");
                }
                CsvTable part = Objects.requireNonNull(ready);
                ready = null;
                return part;
            }
        };
        int kind = Spliterator.ORDERED | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(parts, kind), false)
                .onClose(source::closeQuietly);
    }

    /** The open file. */
    private record Source(DataFile.Opened opened, CsvReader<CsvRecord> records) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            records.close();
            opened.close();
        }

        private void closeQuietly() {
            try {
                close();
            } catch (IOException e) {
                return; // it was only read
            }
        }
    }

    private Source open() throws IOException {
        DataFile.Opened opened = file.open();
        try {
            return new Source(opened, records(new InputStreamReader(withoutMark(opened.in()), utf8())));
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Reads up to a number of rows; returns null if there are none left. */
    private @Nullable CsvTable next(Iterator<CsvRecord> records, int most) {
        try {
            while (rows < most && records.hasNext()) {
                accept(records.next());
            }
        } catch (UncheckedIOException e) {
            throw ioError(Objects.requireNonNull(e.getCause()));
        } catch (CsvParseException e) {
            throw file.error("is not CSV: " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            int read = rows;
            columns.clear(); // memory for the message
            throw file.error(
                    "does not fit into memory: after " + read + " rows the "
                            + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MB that Java may use are full; start it with a larger -Xmx, or read it in parts with"
                            + " CsvTable.parts",
                    e);
        }
        if (rows == 0) {
            return null;
        }
        CsvTable table = new CsvTable(
                file, List.copyOf(names), List.copyOf(columns), options.dtype(), Arrays.copyOf(lines, rows));
        rows = 0;
        columns.replaceAll(CsvColumn::anew);
        return table;
    }

    private CsvReader<CsvRecord> records(Reader text) {
        CsvReader.CsvReaderBuilder builder = CsvReader.builder()
                .fieldSeparator(options.separator())
                .allowUnclosedQuote(false)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE) // checked in accept, with the line in the message
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE);
        Character comment = options.comment();
        if (comment != null) {
            builder.commentStrategy(CommentStrategy.SKIP).commentCharacter(comment);
        }
        CsvRecordHandler limits = CsvRecordHandler.builder()
                .maxFields(MOST_COLUMNS)
                .maxRecordSize(MOST_CHARACTERS)
                .build();
        return builder.maxBufferSize(MOST_CHARACTERS).build(limits, text);
    }

    private void accept(CsvRecord record) {
        if (names.isEmpty()) {
            checkText(record);
            if (options.header() != CsvOptions.Header.NONE) {
                checkHeader(record);
                name(record.getFields());
                return;
            }
            name(options.names().isEmpty() ? Collections.nCopies(record.getFieldCount(), "") : options.names());
        }
        if (record.getFieldCount() != names.size()) {
            throw file.errorAt(
                    "line " + record.getStartingLineNumber(),
                    "has " + fields(record.getFieldCount()) + ", but "
                            + (options.header() != CsvOptions.Header.NONE
                                    ? "the header has "
                                    : options.names().isEmpty() ? "the first line has " : "there are names for ")
                            + names.size()
                            + (record.getFieldCount() < names.size()
                                    ? ", so that \"" + names.get(record.getFieldCount()) + "\" is missing"
                                    : "")
                            + separatorHint(record));
        }
        for (int i = 0; i < columns.size(); i++) {
            CsvColumn column = columns.get(i);
            String wrong = column.add(record.getField(i));
            if (wrong != null) {
                column.problem(file.at(cell(record.getStartingLineNumber(), i, names.get(i)), wrong));
            }
        }
        if (rows == lines.length) {
            lines = Arrays.copyOf(lines, rows + rows / 2);
        }
        lines[rows++] = record.getStartingLineNumber();
    }

    /**
     * Returns the name of a cell for a message, where columns are counted from 1.
     *
     * @param column the column, counted from 0
     */
    static String cell(long line, int column, String name) {
        return "line " + line + ", column " + (column + 1) + " (\"" + name + "\")";
    }

    private static String fields(int count) {
        return count + (count == 1 ? " field" : " fields");
    }

    private String separatorHint(CsvRecord record) {
        return record.getFieldCount() == 1 ? separatorHint(record.getField(0)) : "";
    }

    /** Returns the advice to use another separator, if the one field of a line contains such a character; else "". */
    private String separatorHint(String field) {
        for (char other : new char[] {';', '\t', ','}) {
            if (other != options.separator() && field.indexOf(other) >= 0) {
                return "; if fields are divided by " + (other == '\t' ? "tabs" : "'" + other + "'")
                        + ", use CsvOptions.separator(" + (other == '\t' ? "'\\t'" : "'" + other + "'") + ")";
            }
        }
        return "";
    }

    /** Refuses what is UTF-16 without a mark: as UTF-8, it has a NUL beside each ASCII character. */
    private void checkText(CsvRecord record) {
        if (record.getFields().stream().anyMatch(field -> field.indexOf('\0') >= 0)) {
            throw file.error("has NUL characters: it is UTF-16 text, or not text at all; save it as UTF-8");
        }
    }

    private void checkHeader(CsvRecord record) {
        List<String> fields = record.getFields();
        boolean guarded = options.header() == CsvOptions.Header.NAMES;
        if (guarded
                && fields.stream()
                        .map(String::strip)
                        .allMatch(field ->
                                !field.isEmpty() && CsvColumn.isNumber(field.replace(options.decimal(), '.')))) {
            throw file.errorAt(
                    "line " + record.getStartingLineNumber(),
                    "a header line with the names of the columns was expected, but there are only numbers ("
                            + String.join(", ", fields.subList(0, Math.min(4, fields.size())))
                            + (fields.size() > 4 ? ", ..." : "")
                            + "): add a header line, or read it with CsvOptions.withoutHeader(); if these are names,"
                            + " use CsvOptions.numbersAsNames()");
        }
        String hint = fields.size() == 1 ? separatorHint(fields.get(0)) : "";
        if (!hint.isEmpty()) {
            throw file.errorAt("line " + record.getStartingLineNumber(), "the header is one field" + hint);
        }
    }

    private void name(List<String> header) {
        Set<String> seen = new HashSet<>();
        if (header.size() > MOST_COLUMNS) {
            throw file.error(
                    "there are names for " + header.size() + " columns, but at most " + MOST_COLUMNS + " are read");
        }
        for (int i = 0; i < header.size(); i++) {
            String name = header.get(i).strip();
            names.add(name.isEmpty() ? "column" + (i + 1) : name);
            columns.add(CsvColumn.of(options, names.get(i)));
            if (!seen.add(names.get(i))) {
                throw file.error("two columns have the name \"" + name + "\"; their names must differ");
            }
        }
        for (String date : options.dates().keySet()) {
            if (!seen.contains(date)) {
                throw file.error("there is no column \"" + date + "\" of dates" + Nearest.hint(date, names));
            }
        }
    }

    private InputStream withoutMark(InputStream in) throws IOException {
        PushbackInputStream bytes = new PushbackInputStream(new BufferedInputStream(in, 1 << 16), 3);
        byte[] start = bytes.readNBytes(3);
        int first = start.length < 2 ? 0 : (start[0] & 0xff) << 8 | (start[1] & 0xff);
        if (first == 0xfffe || first == 0xfeff) {
            throw file.error("is UTF-16 text: save it as UTF-8");
        }
        boolean marked = start.length == 3 && first == 0xefbb && (start[2] & 0xff) == 0xbf;
        if (!marked) {
            bytes.unread(start);
        }
        return bytes;
    }

    private static CharsetDecoder utf8() {
        return StandardCharsets.UTF_8.newDecoder(); // reports malformed bytes, unlike the decoder of a reader
    }

    private DataException ioError(IOException cause) {
        return cause instanceof CharacterCodingException
                ? file.error("is not UTF-8 text" + firstBadByte() + "; save it as UTF-8", cause)
                : file.readError(cause);
    }

    /** Returns the place where the text stops being UTF-8, for which it reads the file once more. */
    private String firstBadByte() {
        if (!file.canBeReadAgain()) {
            return "";
        }
        try (DataFile.Opened opened = file.open()) {
            CharsetDecoder decoder = utf8();
            ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
            CharBuffer chars = CharBuffer.allocate(1 << 16);
            long line = 1;
            while (true) {
                int read = opened.in().read(bytes.array(), bytes.position(), bytes.remaining());
                if (read < 0) {
                    return "";
                }
                bytes.limit(bytes.position() + read).position(0);
                CoderResult result = decoder.decode(bytes, chars.clear(), false);
                line += chars.flip().chars().filter(c -> c == '\n').count();
                if (result.isError()) {
                    return String.format(
                            ": line %d has a byte (0x%02x) that cannot stand there", line, bytes.get(bytes.position()));
                }
                bytes.compact();
            }
        } catch (IOException e) {
            return "";
        }
    }
}
