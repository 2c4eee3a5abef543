package dev.autodiff.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.nn.testing.Python;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes files for torch.load, and takes them apart again. */
class StateDictTest {
    private static final Object MARK = new Object();

    @TempDir
    Path directory;

    private static Map<String, NDArray> arrays() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        arrays.put("b.weight", NDArray.of(new float[][] {{1, 2, 3}, {4, 5, Float.NaN}}));
        arrays.put("a", NDArray.of(-0.1, 1e300).rows(1, 2));
        arrays.put("größe", NDArray.of(7, -8, Integer.MIN_VALUE));
        arrays.put("scalar", NDArray.scalar(2.5f));
        arrays.put("empty", NDArray.zeros(DType.FLOAT32, 0, 3));
        return arrays;
    }

    @Test
    void theArchiveHoldsPickleAndBytes() throws IOException {
        Path file = directory.resolve("x.pt");
        StateDict.write(file, arrays());
        List<String> described = new ArrayList<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            List<String> names = zip.stream().map(ZipEntry::getName).toList();
            assertEquals("archive/data.pkl", names.get(0));
            assertEquals("archive/version", names.get(names.size() - 1));
            assertEquals(
                    0,
                    zip.stream()
                            .filter(entry -> entry.getMethod() != ZipEntry.STORED)
                            .count());
            assertArrayEquals("little".getBytes(StandardCharsets.US_ASCII), bytes(zip, "byteorder"));
            List<?> items = interpret(bytes(zip, "data.pkl"));
            for (int i = 0; i < items.size(); i += 2) {
                byte[] data = bytes(zip, "data/" + i / 2);
                described.add(items.get(i) + " " + items.get(i + 1) + " " + data.length + " bytes");
            }
            assertEquals(NDArray.of(1f, 2, 3, 4, 5, Float.NaN), NDArray.of(floats(bytes(zip, "data/0"))));
        }
        String tensor = "torch._utils._rebuild_tensor_v2[stored[storage, torch.%s, %d, cpu, %d], 0, %s, %s, false,"
                + " collections.OrderedDict[]] %d bytes";
        assertEquals(
                List.of(
                        "b.weight " + tensor.formatted("FloatStorage", 0, 6, "[2, 3]", "[3, 1]", 24),
                        "a " + tensor.formatted("DoubleStorage", 1, 1, "[1]", "[1]", 8),
                        "größe " + tensor.formatted("IntStorage", 2, 3, "[3]", "[1]", 12),
                        "scalar " + tensor.formatted("FloatStorage", 3, 1, "[]", "[]", 4),
                        "empty " + tensor.formatted("FloatStorage", 4, 0, "[0, 3]", "[1, 1]", 0)),
                described);
    }

    private static byte[] bytes(ZipFile zip, String name) throws IOException {
        return zip.getInputStream(zip.getEntry("archive/" + name)).readAllBytes();
    }

    private static float[] floats(byte[] bytes) {
        float[] floats = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
        return floats;
    }

    /** Runs a pickle of the instructions that are written, and returns the names and values of its dictionary. */
    private static List<Object> interpret(byte[] pickle) {
        ByteBuffer in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(0x80, in.get() & 0xff);
        assertEquals(2, in.get());
        Deque<Object> stack = new ArrayDeque<>();
        List<Object> items = List.of();
        while (true) {
            int code = in.get() & 0xff;
            switch (code) {
                case 'c' -> stack.push(line(in) + "." + line(in));
                case ')' -> stack.push(List.of());
                case '(' -> stack.push(MARK);
                case 't' -> stack.push(sinceMark(stack));
                case 'J' -> stack.push(in.getInt());
                case 'X' -> {
                    byte[] text = new byte[in.getInt()];
                    in.get(text);
                    stack.push(new String(text, StandardCharsets.UTF_8));
                }
                case 0x89 -> stack.push(false);
                case 'Q' -> stack.push("stored" + stack.pop());
                case 'R' -> {
                    Object arguments = stack.pop();
                    stack.push(stack.pop().toString() + arguments);
                }
                case 'u' -> items = sinceMark(stack);
                case '.' -> {
                    assertEquals("collections.OrderedDict[]", stack.pop());
                    assertEquals(0, stack.size() + in.remaining());
                    return items;
                }
                default -> throw new AssertionError("instruction " + code);
            }
        }
    }

    private static List<Object> sinceMark(Deque<Object> stack) {
        List<Object> taken = new ArrayList<>();
        for (Object top = stack.pop(); top != MARK; top = stack.pop()) {
            taken.add(0, top);
        }
        return taken;
    }

    private static String line(ByteBuffer in) {
        StringBuilder text = new StringBuilder();
        for (int next = in.get(); next != '\n'; next = in.get()) {
            text.append((char) next);
        }
        return text.toString();
    }

    @Test
    void theSameArraysGiveTheSameBytes() throws IOException {
        StateDict.write(directory.resolve("a"), arrays());
        StateDict.write(directory.resolve("b"), arrays());
        assertEquals(-1, Files.mismatch(directory.resolve("a"), directory.resolve("b")));
    }

    @Test
    void torchLoadsWeightsOnly() {
        Python.assumeHas("torch");
        Path file = directory.resolve("x.pt");
        StateDict.write(file, arrays());
        String printed = Python.run("""
                import sys, torch
                for options in {}, {"mmap": True}:
                    state = torch.load(sys.argv[1], weights_only=True, **options)
                    for name, t in state.items():
                        print(ascii(name), t.dtype, tuple(t.shape), t.stride(), t.tolist())
                """, file);
        String once = """
                'b.weight' torch.float32 (2, 3) (3, 1) [[1.0, 2.0, 3.0], [4.0, 5.0, nan]]
                'a' torch.float64 (1,) (1,) [1e+300]
                'gr\\xf6\\xdfe' torch.int32 (3,) (1,) [7, -8, -2147483648]
                'scalar' torch.float32 () () 2.5
                'empty' torch.float32 (0, 3) (1, 1) []
                """;
        assertEquals(once + once, printed);
    }
}
