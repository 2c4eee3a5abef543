package dev.autodiff.nn.io;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.Half;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.TestFiles;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("kernel-independent")
class SafetensorsTest {
    @TempDir
    private Path directory = Path.of("");

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(SafetensorsTest.class.getResource(name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- Python's files ----

    @Test
    void readsEveryTypeAsPythonDoes() throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(resource("types.safetensors"))) {
            List<String> lines = Files.readAllLines(resource("types.txt"));
            assertEquals(lines.size(), file.entries().size());
            for (String line : lines) {
                String[] parts = line.split(";", -1);
                if (parts[0].equals("wide") || parts[0].equals("f8")) {
                    continue;
                }
                double[] expected = Arrays.stream(parts)
                        .skip(2)
                        .mapToDouble(text -> Double.parseDouble(
                                text.replace("inf", "Infinity").replace("nan", "NaN")))
                        .toArray();
                NDArray read = file.read(parts[0]);
                assertEquals(parts[1], read.shape().toString(), parts[0]);
                assertArrayEquals(expected, read.toDoubles(), 0, parts[0]);
                DType dtype = parts[0].equals("f64")
                        ? DType.FLOAT64
                        : parts[0].contains("f") || parts[0].equals("empty") ? DType.FLOAT32 : DType.INT32;
                assertEquals(dtype, read.dtype(), parts[0]);
                assertEquals(read.cast(DType.FLOAT64), file.read(parts[0], DType.FLOAT64), parts[0]);
                assertEquals(read.cast(DType.FLOAT32), file.read(parts[0], DType.FLOAT32), parts[0]);
            }
            assertEquals(Map.of("made by", "PyTorch \u00e9\ud83d\ude00"), file.metadata());
            assertEquals("BF16 [6]", String.valueOf(file.entries().get("bf16")));
            refused(
                    DataException.class,
                    () -> file.read("wide"),
                    "\"wide\"",
                    "element 1 is 2147483648",
                    "INT32",
                    "read(name, DType.FLOAT64)");
            assertEquals(0x1p31, file.read("wide", DType.FLOAT64).at(1));
            refused(DataException.class, () -> file.read("f8"), "\"f8\"", "F8_E4M3", "tensor.float()");
            refused(DataException.class, () -> file.read("bf61"), "no array \"bf61\"", "did you mean \"bf16\"?");
        }
    }

    @Test
    void wideNumbersAreReadAsFloatingPoint() throws IOException {
        byte[] header =
                "{\"n\":{\"dtype\":\"U64\",\"shape\":[2],\"data_offsets\":[0,16]}}".getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(24 + header.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(header.length).put(header).putLong(-1).putLong(1L << 40);
        Path path = Files.write(directory.resolve("wide.safetensors"), bytes.array());
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertEquals(NDArray.of(0x1p64, 0x1p40), file.read("n", DType.FLOAT64));
            refused(DataException.class, () -> file.read("n"), "\"n\"", "element 0 is 18446744073709551615");
            refused(DataException.class, () -> file.read("n", DType.INT32), "18446744073709551615");
        }
        Safetensors.write(path, Map.of("x", NDArray.of(1 / 0.0, 1e300)));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            refused(DataException.class, () -> file.read("x", DType.FLOAT32), "\"x\"", "element 1 is 1.0E300");
        }
    }

    @Test
    void writesTheBytesThatPythonWrites() throws IOException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        arrays.put("a", NDArray.of(1, -2));
        arrays.put("b/weights", NDArray.of(0f, 0.25f, 0.5f, 0.75f, 1f, 1.25f).reshape(2, 3));
        arrays.put("c", NDArray.scalar(1f));
        arrays.put("z", NDArray.of(0.1, 0.2, 0.3));
        Path file = directory.resolve("plain.safetensors");
        Safetensors.write(file, arrays, Map.of("autodiff", "{\"version\": 1}"));
        assertArrayEquals(Files.readAllBytes(resource("plain.safetensors")), Files.readAllBytes(file));
    }

    /** Converts all numbers of half precision, against the formula of IEEE 754. */
    @Test
    void halfPrecision() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            int exponent = bits >> 10 & 0x1f;
            double fraction = (bits & 0x3ff) / 1024.0;
            double size = exponent == 0 ? Math.scalb(fraction, -14) : Math.scalb(1 + fraction, exponent - 15);
            if (exponent == 0x1f) {
                size = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            }
            float expected = (float) (bits < 0x8000 ? size : -size);
            assertEquals(expected, Half.toFloat((short) bits), "bits " + bits);
        }
    }

    // ---- round trips ----

    @Test
    void readsWhatItWritesToTheBit() {
        float[] floats = {1.5f, -0f, Float.NaN, Float.intBitsToFloat(0x7fa12345), Float.MIN_VALUE, 1f / 0};
        float[] large = new float[700_001];
        for (int i = 0; i < large.length; i++) {
            large[i] = i * 0.1f;
        }
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        arrays.put("floats", NDArray.wrap(floats, 2, 3));
        arrays.put("doubles", NDArray.of(0.1, Double.NaN, -0.0));
        arrays.put("ints", NDArray.scalar(Integer.MIN_VALUE));
        arrays.put("none", NDArray.zeros(DType.FLOAT32, 0, 5));
        arrays.put("large", NDArray.wrap(large, large.length));
        arrays.put("view", NDArray.wrap(large, large.length).rows(600_000, 700_000));
        arrays.put("a name with / \" \\ \n \ud83d\ude00", NDArray.scalar(2.0));
        Path file = directory.resolve("all");
        Safetensors.write(file, arrays, Map.of("", "", "key", "\u2028<\"\\"));
        Map<String, NDArray> read = Safetensors.read(file);
        assertEquals(arrays.keySet().size(), read.size());
        arrays.forEach((name, array) -> {
            NDArray back = Objects.requireNonNull(read.get(name), name);
            assertEquals(array.dtype(), back.dtype(), name);
            assertEquals(array.shape(), back.shape(), name);
            if (array.dtype() == DType.FLOAT32) {
                assertArrayEquals(bits(array), bits(back), name);
            } else {
                assertEquals(array, back, name);
            }
        });
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            assertEquals(Map.of("", "", "key", "\u2028<\"\\"), opened.metadata());
            assertEquals(file.toAbsolutePath(), opened.path());
        }
    }

    private static int[] bits(NDArray array) {
        float[] values = array.toFloats();
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }

    @Test
    void noArraysAtAll() {
        Path file = directory.resolve("none");
        Safetensors.write(file, Map.of());
        assertEquals(Map.of(), Safetensors.read(file));
        refused(IllegalArgumentException.class, () -> Safetensors.write(file, Map.of("__metadata__", NDArray.of(1))));
    }

    // ---- bad files ----

    private Path file(String header, int dataBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return file(json.length, json, dataBytes);
    }

    private Path file(long length, byte[] json, int dataBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        return TestFiles.write(directory, "bad", bytes.putLong(length).put(json).array());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}; 7; end at 8, but only 7 follow",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}; 9; 1 bytes at the end belong to no array",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}; 8; F32 [2] takes 8 bytes, not 4",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}; 8; its data_offsets are the place",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}}; 8; its data_offsets are the place",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,-8]}}; 8; whole numbers of 0 or more",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8.0]}}; 8; whole numbers of 0 or more",
                "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}; 8; whole numbers of 0 or more, not [-2]",
                "{'a':{'dtype':'F32','shape':2,'data_offsets':[0,8]}}; 8; a.shape\" is damaged",
                "{'a':{'dtype':'F32','shape':[2]}}; 8; missing or null",
                "{'a':{'dtype':32,'shape':[2],'data_offsets':[0,8]}}; 8; \"a.dtype\" is damaged: it is a text, not 32",
                "{'a':{'shape':[2],'data_offsets':[0,8]}}; 8; \"a.dtype\" is damaged",
                "{'a':[]}; 0; an object with names",
                "{'__metadata__':{'k':1}}; 0; \"__metadata__.k\" is damaged",
                "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}}; 8; range of 64 bits",
                "{'a':{'dtype':'F32','shape':[4611686018427387904],'data_offsets':[0,0]}}; 0; range of 64 bits",
                "{'a':{'dtype':'F32','shape':[9223372036854775807,2,0],'data_offsets':[0,0]}}; 0; range of 64 bits",
                "{'a':{'dtype':'F32','shape':[18446744073709551616],'data_offsets':[0,0]}}; 0; whole numbers",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,9223372036854775807]}}; 8; takes 8 bytes",
                "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'b':{'dtype':'U8','shape':[4],"
                        + "'data_offsets':[2,6]}}; 6; begin at 2, but those before it end at 4",
                "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'b':{'dtype':'U8','shape':[4],"
                        + "'data_offsets':[0,4]}}; 4; neither overlap nor leave gaps",
                "{'a':{'dtype':'U8','shape':[4],'data_offsets':[2,6]}}; 6; neither overlap nor leave gaps",
                "{'a':{'dtype':'U8','shape':[0],'data_offsets':[2,2]},'b':{'dtype':'U8','shape':[4],"
                        + "'data_offsets':[0,4]}}; 4; neither overlap nor leave gaps",
                "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'a':{'dtype':'U8','shape':[1],"
                        + "'data_offsets':[0,1]}}; 1; another name than a",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},}; 8; At character",
                "{}x; 0; but it needs the end",
            })
    void refusesDamagedHeaders(String header, int dataBytes, String problem) {
        Path file = file(header.replace('\'', '"'), dataBytes);
        refused(DataException.class, () -> SafetensorsFile.open(file).close(), "bad: ", problem);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3, 1000, 1L << 32, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void refusesLengthsThatAreNotThere(long length) {
        Path file = file(length, "{}".getBytes(StandardCharsets.UTF_8), 0);
        refused(DataException.class, () -> SafetensorsFile.open(file).close(), "header is said to have");
    }

    @Test
    void refusesHeadersThatAreTooLargeOrDeepOrNoText() throws IOException {
        Path sparse = file(3_000_000_000L, "{".getBytes(StandardCharsets.UTF_8), 0);
        try (var channel = FileChannel.open(sparse, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), 4_000_000_000L);
        }
        refused(DataException.class, () -> SafetensorsFile.open(sparse).close(), "the format allows 100000000");
        refused(
                DataException.class,
                () -> SafetensorsFile.open(file("{\"a\":".repeat(1_000_000), 0)).close(),
                "within each other");
        refused(
                DataException.class,
                () -> SafetensorsFile.open(file(4, new byte[] {'{', (byte) 0xc3, '(', '}'}, 0))
                        .close(),
                "not UTF-8");
    }

    @Test
    void aDimensionThatNoJavaArrayHas() {
        Path file = file("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,0],\"data_offsets\":[0,0]}}", 0);
        refused(DataException.class, () -> Safetensors.read(file), "larger than a Java array");
        Path odd = file("{\"a\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8);
        refused(DataException.class, () -> Safetensors.read(odd), "its elements are C64");
        Path truth = TestFiles.write(
                directory,
                "truth",
                concat("{\"a\":{\"dtype\":\"BOOL\",\"shape\":[1]," + "\"data_offsets\":[0,1]}}", (byte) 2));
        refused(DataException.class, () -> Safetensors.read(truth), "element 0 is 2, but truth values are 0 and 1");
        assertEquals(Shape.scalar(), NDArray.scalar(1f).shape());
    }

    private static byte[] concat(String header, byte data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(9 + json.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(data)
                .array();
    }

    static Map<String, String> otherFormats() {
        Map<String, String> formats = new LinkedHashMap<>();
        formats.put("", "is empty");
        formats.put("PK\u0003\u0004...archive/data.pkl", "PyTorch file, a zip archive of a pickle");
        formats.put("PK\u0003\u0004...metadata.json", "Keras file");
        formats.put("PK\u0003\u0004...arr_0.npy", ".npz file of NumPy");
        formats.put("PK\u0003\u0004...", "zip archive");
        formats.put("\u0080\u0002}q\u0001", "pickle of Python");
        formats.put("\u0089HDF\r\n\u001a\n", "HDF5");
        formats.put("GGUF\u0003", "GGUF");
        formats.put("\u0093NUMPY\u0001", ".npy file");
        formats.put("\u001f\u008b\b", "gzip: unpack it");
        formats.put("version https://git-lfs.github.com", "git lfs pull");
        formats.put("<!DOCTYPE html>", "web page");
        formats.put("{\"a\": 1}", "is text, such as JSON");
        formats.put("\b\u0007\u0012\u0007pytorch", "ONNX");
        formats.put("abc", "is no safetensors file");
        return formats;
    }

    @Test
    void saysWhichFormatAFileHas() {
        otherFormats().forEach((start, words) -> {
            Path file = TestFiles.write(directory, "other", start.getBytes(StandardCharsets.ISO_8859_1));
            refused(DataException.class, () -> SafetensorsFile.open(file).close(), "other: ", words);
        });
    }

    @Test
    void badPathsToRead() {
        refused(DataException.class, () -> Safetensors.read(directory), "is a directory");
        Safetensors.write(directory.resolve("model.safetensors"), Map.of());
        refused(
                DataException.class,
                () -> Safetensors.read(directory.resolve("modle.safetensors")),
                "does not exist",
                "did you mean \"model.safetensors\"?");
        assertTrue(Files.exists(directory.resolve("model.safetensors")));
    }
}
