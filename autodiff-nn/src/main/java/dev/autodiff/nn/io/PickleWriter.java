package dev.autodiff.nn.io;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A pickle of Python in protocol 2, instruction by instruction: each puts something on a stack, or takes from it what
 * came since a mark. The letters are those of Python's {@code pickletools}.
 */
final class PickleWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    PickleWriter() {
        out.write(0x80); // PROTO
        out.write(2);
    }

    /** Puts a class or a function, which is only named. */
    PickleWriter global(String module, String name) {
        out.write('c');
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    /** Puts the result of a class or function without arguments. */
    PickleWriter emptyCall(String module, String name) {
        global(module, name);
        out.write(')'); // EMPTY_TUPLE
        return call();
    }

    /** Calls the function below the tuple of its arguments. */
    PickleWriter call() {
        out.write('R'); // REDUCE
        return this;
    }

    PickleWriter mark() {
        out.write('(');
        return this;
    }

    /** Makes a tuple of what came since the mark. */
    PickleWriter tuple() {
        out.write('t');
        return this;
    }

    PickleWriter text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write('X'); // BINUNICODE
        fourBytes(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    PickleWriter number(int number) {
        out.write('J'); // BININT
        fourBytes(number);
        return this;
    }

    /** Puts a tuple of numbers. */
    PickleWriter numbers(int[] numbers) {
        mark();
        for (int number : numbers) {
            number(number);
        }
        return tuple();
    }

    /** Puts False. */
    PickleWriter no() {
        out.write(0x89); // NEWFALSE
        return this;
    }

    /** Puts what the tuple on top stands for outside of the pickle. */
    PickleWriter persistent() {
        out.write('Q'); // BINPERSID
        return this;
    }

    /** Puts the names and values since the mark into the dictionary below it. */
    PickleWriter setItems() {
        out.write('u'); // SETITEMS
        return this;
    }

    /** Ends the pickle and returns its bytes. */
    byte[] end() {
        out.write('.'); // STOP
        return out.toByteArray();
    }

    private void fourBytes(int number) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            out.write(number >>> shift);
        }
    }
}
