package dev.autodiff.examples.exercise;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;

/**
 * The ways out of a check: an answer that ends the program would end the check as well, before it says anything, and
 * with the exit code of an answer's choice. So a compiled class that mentions one is refused before it is run.
 */
final class WaysOut {
    private WaysOut() {}

    /**
     * Checks a class file.
     *
     * @throws Answer.Problem if the class can end the program, or call what it does not name
     */
    static void check(byte[] classFile) {
        Set<String> words = words(classFile);
        if (words.contains("java/lang/Runtime") || (words.contains("java/lang/System") && words.contains("exit"))) {
            throw new Answer.Problem("The answer ends the program, so that it could not be checked: it must return.");
        }
        if (words.stream().anyMatch(word -> word.startsWith("java/lang/reflect/"))
                || words.contains("java/lang/invoke/MethodHandle")) {
            throw new Answer.Problem("The answer uses reflection, which no exercise needs: call methods by name.");
        }
    }

    /** Returns the texts in a class file's table of constants, among them all names of classes and methods. */
    private static Set<String> words(byte[] classFile) {
        Set<String> words = new HashSet<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile))) {
            in.skipNBytes(8);
            int count = in.readUnsignedShort();
            for (int i = 1; i < count; i++) {
                int tag = in.readUnsignedByte();
                if (tag == 1) {
                    words.add(in.readUTF());
                } else {
                    in.skipNBytes(size(tag));
                }
                i += tag == 5 || tag == 6 ? 1 : 0; // long and double take two places
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return words;
    }

    /** Returns the number of bytes of a constant that is no text (JVMS 4.4). */
    private static int size(int tag) {
        return switch (tag) {
            case 5, 6 -> 8; // Long, Double
            case 7, 8, 16, 19, 20 -> 2; // Class, String, MethodType, Module, Package
            case 15 -> 3; // MethodHandle
            default -> 4; // Integer, Float, references, NameAndType, Dynamic
        };
    }
}
