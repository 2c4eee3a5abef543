package dev.autodiff.nn.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Damaged copies of files. */
public final class Mutants {
    private static final String[] SPLICES = {
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "\"",
        "\\",
        "\\u",
        "-",
        "e999",
        ".",
        "0",
        "9",
        "99999999999",
        "18446744073709551615",
        "9223372036854775807",
        "-1",
        "4294967296",
        "1e3",
        "null",
        "true",
        "NaN",
        "[[[[[[[[",
        "{\"a\":{\"a\":",
        "\"dtype\":\"F32\",",
        "\"U8\"",
        "\"F8_E5M2\"",
        "\"shape\":[],",
        "\"data_offsets\":[0,4],",
        "\"kind\":\"Dense\",",
        "{\"same\":0}",
        "{\"same\":1}",
        "\\\"kind\\\":\\\"Sequential\\\",",
        "2147483647",
        "\u0000",
        "\u00ff\u00fe"
    };

    private Mutants() {}

    /** Returns a copy of a safetensors file with one to four changes, mostly in its header. */
    public static byte[] ofSafetensors(byte[] whole, SplittableRandom random) {
        byte[] mutant = whole.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            mutant = change(mutant, random);
        }
        return mutant;
    }

    private static byte[] change(byte[] file, SplittableRandom random) {
        if (file.length < 9) {
            return file;
        }
        int header = header(file);
        int at = 8 + random.nextInt(Math.max(1, header));
        switch (random.nextInt(10)) {
            case 0 -> { // any byte
                file[random.nextInt(file.length)] = (byte) random.nextInt(256);
                return file;
            }
            case 1 -> { // a bit of the header or of its length
                file[random.nextInt(Math.min(file.length, 8 + header))] ^= (byte) (1 << random.nextInt(8));
                return file;
            }
            case 2 -> { // a cut
                return Arrays.copyOf(file, random.nextInt(file.length));
            }
            case 3 -> { // more at the end
                return Arrays.copyOf(file, file.length + 1 + random.nextInt(64));
            }
            case 4 -> { // another length
                ByteBuffer.wrap(file)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(0, random.nextBoolean() ? random.nextLong() : header + random.nextInt(-9, 10));
                return file;
            }
            case 5 -> { // nesting without end
                return spliced(file, at, 0, (random.nextBoolean() ? "[" : "{\"a\":").repeat(random.nextInt(20_000)));
            }
            case 6 -> { // a digit
                int place = at;
                while (place < 8 + header && (file[place] < '0' || file[place] > '9')) {
                    place++;
                }
                return place < 8 + header
                        ? spliced(file, place, 1, Long.toString(random.nextLong() >>> random.nextInt(64)))
                        : file;
            }
            case 7 -> { // a part of the header twice
                int length = random.nextInt(1, Math.max(2, Math.min(80, header)));
                int end = Math.min(file.length, at + length);
                return spliced(file, at, 0, new String(file, at, Math.max(0, end - at), StandardCharsets.ISO_8859_1));
            }
            case 8 -> { // a part of the header left out
                return spliced(file, at, Math.min(random.nextInt(1, 40), file.length - at), "");
            }
            default -> {
                String splice = SPLICES[random.nextInt(SPLICES.length)];
                int removed = random.nextBoolean() ? 0 : Math.min(splice.length(), file.length - at);
                return spliced(file, at, removed, splice);
            }
        }
    }

    private static int header(byte[] file) {
        long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        return (int) Math.max(0, Math.min(length, file.length - 8));
    }

    /** Replaces bytes of the header, whose length is set so that what follows is mostly where it was. */
    private static byte[] spliced(byte[] file, int at, int removed, String text) {
        int from = Math.min(at, file.length);
        int to = Math.min(file.length, from + Math.max(0, removed));
        byte[] added = text.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes =
                ByteBuffer.allocate(file.length - (to - from) + added.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(file, 0, from).put(added).put(file, to, file.length - to);
        if (bytes.capacity() >= 8) {
            long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
            bytes.putLong(0, length + added.length - (to - from));
        }
        return bytes.array();
    }
}
