package dev.autodiff.nn.io;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.file.AtomicFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Files of named arrays in the format of PyTorch's {@code torch.save}, an archive of a pickle and of the bytes of the
 * arrays, little-endian. They are written only: a pickle is a program, and none is run here. What is written uses
 * nothing but what {@code torch.load(path, weights_only=True)} allows.
 *
 * <pre>{@code
 * Path file = Files.createTempDirectory("example").resolve("weights.pt");
 * StateDict.write(file, Map.of("fc.weight", NDArray.of(new float[][] {{1, 2}})));
 * }</pre>
 *
 * <p>The same arrays in the same order give the same bytes.
 */
public final class StateDict {
    /** The directory of the archive, which PyTorch looks for in the first entry. */
    private static final String DIRECTORY = "archive/";

    /** The version of the format, since PyTorch 1.6. */
    private static final String VERSION = "3\n";

    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private StateDict() {}

    /**
     * Writes arrays to a file. A file that is there is replaced: it is whole at any moment, the old one or the new.
     *
     * @param path the file, whose name in PyTorch usually ends in {@code .pt} or {@code .pth}
     * @param arrays the arrays by their names, in the order of the {@code OrderedDict} that Python gets
     * @throws DataException if the file cannot be written
     */
    public static void write(Path path, Map<String, NDArray> arrays) {
        Map<String, NDArray> inOrder = new LinkedHashMap<>(arrays);
        AtomicFile.write(path, out -> {
            ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(out)));
            zip.setMethod(ZipOutputStream.STORED);
            byte[] pickle = pickle(inOrder);
            add(zip, "data.pkl", pickle.length, into -> into.write(pickle));
            addText(zip, "byteorder", "little");
            int number = 0;
            for (NDArray array : inOrder.values()) {
                long bytes = (long) array.size() * array.dtype().bytes();
                add(
                        zip,
                        "data/" + number++,
                        bytes,
                        into -> Safetensors.write(Channels.newChannel(into), array, Safetensors.chunk()));
            }
            addText(zip, "version", VERSION);
            zip.finish();
            zip.flush();
        });
    }

    private static byte[] pickle(Map<String, NDArray> arrays) {
        PickleWriter pickle = new PickleWriter();
        pickle.emptyCall("collections", "OrderedDict").mark();
        int number = 0;
        for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
            pickle.text(entry.getKey());
            NDArray array = entry.getValue();
            pickle.global("torch._utils", "_rebuild_tensor_v2").mark();
            pickle.mark()
                    .text("storage")
                    .global("torch", storage(array.dtype()))
                    .text(Integer.toString(number++))
                    .text("cpu")
                    .number(array.size())
                    .tuple()
                    .persistent();
            int[] dims = array.shape().dims();
            pickle.number(0).numbers(dims).numbers(strides(dims, array.size())).no();
            pickle.emptyCall("collections", "OrderedDict").tuple().call();
        }
        return pickle.setItems().end();
    }

    private static String storage(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> "FloatStorage";
            case FLOAT64 -> "DoubleStorage";
            case INT32 -> "IntStorage";
        };
    }

    /** Returns the distances of neighbours along each axis in row-major order. */
    private static int[] strides(int[] dims, int size) {
        int[] strides = new int[dims.length];
        int stride = 1;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= size == 0 ? 1 : dims[axis];
        }
        return strides;
    }

    /** Something that writes the bytes of an entry. */
    private interface Bytes {
        void writeTo(OutputStream out) throws IOException;
    }

    private static void addText(ZipOutputStream zip, String name, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        add(zip, name, bytes.length, into -> into.write(bytes));
    }

    /** Adds an entry that is not packed, as PyTorch maps it into memory; its checksum comes before its bytes. */
    private static void add(ZipOutputStream zip, String name, long size, Bytes bytes) throws IOException {
        CRC32 checksum = new CRC32();
        bytes.writeTo(new CheckedOutputStream(OutputStream.nullOutputStream(), checksum));
        ZipEntry entry = new ZipEntry(DIRECTORY + name);
        entry.setTimeLocal(NO_TIME);
        entry.setSize(size);
        entry.setCompressedSize(size);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        bytes.writeTo(zip);
        zip.closeEntry();
    }
}
