package dev.autodiff.nn.io;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.json.JsonWriter;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.file.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Files of named arrays in the format safetensors of Hugging Face: the length of the header in 8 bytes, little-endian,
 * a header in JSON that says where each array is, and the bytes of the arrays.
 *
 * <pre>{@code
 * Path file = Files.createTempDirectory("example").resolve("arrays.safetensors");
 * Safetensors.write(file, Map.of("w", NDArray.of(1f, 2f)));
 * Safetensors.read(file).get("w"); // [1. 2.]
 * }</pre>
 *
 * <p>The same arrays give the same bytes. {@code safetensors.numpy.load_file("arrays.safetensors")} reads them in
 * Python, and what Python writes is read here; {@link SafetensorsFile} reads single arrays of a large file.
 */
public final class Safetensors {
    private static final int CHUNK = 1 << 20;
    private static final int ALIGNMENT = 8;
    private static final int LONGEST_HEADER = 100_000_000;

    /** The order of types in the format's own writer, by which all elements are aligned; then comes that of names. */
    private static final List<DType> ORDER = List.of(DType.FLOAT64, DType.FLOAT32, DType.INT32);

    private Safetensors() {}

    /**
     * Reads all arrays of a file.
     *
     * @return the arrays by their names, in the order of the header
     * @throws DataException as by {@link SafetensorsFile#open} and {@link SafetensorsFile#read}
     */
    public static Map<String, NDArray> read(Path path) {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            file.entries().keySet().forEach(name -> arrays.put(name, file.read(name)));
            return arrays;
        }
    }

    /** Writes arrays to a file, as {@link #write(Path, Map, Map)} without texts. */
    public static void write(Path path, Map<String, NDArray> arrays) {
        write(path, arrays, Map.of());
    }

    /**
     * Writes arrays to a file. A file that is there is replaced: it is whole at any moment,
     * the old one or the new.
     *
     * @param path the file
     * @param arrays the arrays by their names
     * @param metadata texts by their names
     * @throws IllegalArgumentException if an array has the name {@code __metadata__}, or the names are too long for the
     *     format, in which they may take 100 MB
     * @throws DataException if the file cannot be written
     */
    public static void write(Path path, Map<String, NDArray> arrays, Map<String, String> metadata) {
        if (arrays.containsKey(Header.METADATA)) {
            throw new IllegalArgumentException("No array can have the name " + Header.METADATA
                    + ", under which the format keeps texts: give it another one");
        }
        List<Map.Entry<String, NDArray>> inOrder = arrays.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, NDArray> entry) ->
                                ORDER.indexOf(entry.getValue().dtype()))
                        .thenComparing(Map.Entry.comparingByKey()))
                .toList();
        byte[] header = header(inOrder, metadata);
        AtomicFile.write(path, out -> {
            ByteBuffer length = buffer(Long.BYTES);
            writeFully(out, length.putLong(header.length).flip());
            writeFully(out, ByteBuffer.wrap(header));
            ByteBuffer chunk = chunk();
            for (Map.Entry<String, NDArray> entry : inOrder) {
                write(out, entry.getValue(), chunk);
            }
        });
    }

    private static byte[] header(List<Map.Entry<String, NDArray>> arrays, Map<String, String> metadata) {
        JsonWriter json = new JsonWriter().open('{');
        if (!metadata.isEmpty()) {
            json.name(Header.METADATA).open('{');
            new TreeMap<>(metadata).forEach(json::field);
            json.close('}');
        }
        long at = 0;
        for (Map.Entry<String, NDArray> entry : arrays) {
            NDArray array = entry.getValue();
            json.name(entry.getKey())
                    .open('{')
                    .field("dtype", Element.of(array.dtype()).name());
            json.name("shape").open('[');
            for (int dim : array.shape().dims()) {
                json.number(dim);
            }
            json.close(']').name("data_offsets").open('[').number(at);
            at += (long) array.size() * array.dtype().bytes();
            json.number(at).close(']').close('}');
        }
        byte[] text = json.close('}').toString().getBytes(StandardCharsets.UTF_8);
        int length = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (length > LONGEST_HEADER) {
            throw new IllegalArgumentException("The names and texts of a safetensors file take at most "
                    + LONGEST_HEADER + " bytes, but these take " + length);
        }
        byte[] padded = Arrays.copyOf(text, length);
        Arrays.fill(padded, text.length, length, (byte) ' ');
        return padded;
    }

    /** Writes the elements of an array, little-endian, by way of a {@link #chunk}. */
    static void write(WritableByteChannel out, NDArray array, ByteBuffer chunk) throws IOException {
        int most = chunk.capacity() / array.dtype().bytes();
        for (int done = 0; done < array.size(); done += most) {
            int count = Math.min(most, array.size() - done);
            int from = array.offset() + done;
            chunk.clear().limit(count * array.dtype().bytes());
            switch (array.dtype()) {
                case FLOAT32 -> chunk.asFloatBuffer().put((float[]) array.storage(), from, count);
                case FLOAT64 -> chunk.asDoubleBuffer().put((double[]) array.storage(), from, count);
                case INT32 -> chunk.asIntBuffer().put((int[]) array.storage(), from, count);
            }
            writeFully(out, chunk);
        }
    }

    static ByteBuffer chunk() {
        return buffer(CHUNK);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void writeFully(WritableByteChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
