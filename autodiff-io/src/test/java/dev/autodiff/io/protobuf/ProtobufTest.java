package dev.autodiff.io.protobuf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel-independent")
class ProtobufTest {
    private static String hex(ProtoWriter message) {
        return HexFormat.of().formatHex(message.toByteArray());
    }

    private static ProtoReader reader(String hex) {
        return ProtoReader.of(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }

    /** The examples of the specification (protobuf.dev, "Encoding"). */
    @Test
    void examplesOfTheSpecification() {
        assertEquals("089601", hex(new ProtoWriter().number(1, 150)));
        assertEquals("120774657374696e67", hex(new ProtoWriter().text(2, "testing")));
        assertEquals("1a03089601", hex(new ProtoWriter().message(3, new ProtoWriter().number(1, 150))));
        assertEquals("3206038e029ea705", hex(new ProtoWriter().numbers(6, 3, 270, 86942)));
        assertEquals("08feffffffffffffffff01", hex(new ProtoWriter().number(1, -2)));
        ProtoReader message = reader("1a03089601");
        assertTrue(message.next());
        assertEquals(3, message.field());
        ProtoReader inner = message.message();
        assertTrue(inner.next());
        assertEquals(150, inner.number());
        assertFalse(inner.next());
        assertFalse(message.next());
    }

    @Test
    void everyKindOfFieldIsReadAsItWasWritten() throws IOException {
        byte[] large = new byte[10_000];
        Arrays.fill(large, (byte) 5);
        ProtoWriter writer = new ProtoWriter()
                .number(1, Long.MIN_VALUE)
                .float32(2, -0f)
                .float64(3, Math.PI)
                .text(4, "größe")
                .message(5, new ProtoWriter().bytes(1, large).number(2, 7))
                .floats(6, 1, 2)
                .doubles(7, 3, 4)
                .numbers(8)
                .number(8, 5);
        ByteArrayOutputStream streamed = new ByteArrayOutputStream();
        writer.writeTo(streamed);
        assertArrayEquals(writer.toByteArray(), streamed.toByteArray());
        assertEquals(writer.size(), streamed.size());
        ProtoReader message = ProtoReader.of(ByteBuffer.wrap(writer.toByteArray()));
        message.next();
        assertEquals(Long.MIN_VALUE, message.number());
        message.next();
        assertEquals(-0f, message.float32());
        message.next();
        assertEquals(Math.PI, message.float64());
        message.next();
        assertEquals("größe", message.text());
        message.next();
        ProtoReader inner = message.message();
        inner.next();
        assertEquals(ByteBuffer.wrap(large), inner.bytes());
        inner.next();
        assertEquals(7, inner.number());
        message.next();
        assertArrayEquals(new float[] {0, 1, 2}, message.floats(new float[] {0}));
        message.next();
        assertArrayEquals(new double[] {3, 4}, message.doubles(new double[0]));
        message.next();
        assertArrayEquals(new long[] {9}, message.numbers(new long[] {9}));
        message.next();
        assertArrayEquals(new long[] {9, 5}, message.numbers(new long[] {9}));
        assertFalse(message.next());
    }

    @Test
    void unknownFieldsArePassedOver() {
        ProtoReader message = reader("0896010d000080bf11000000000000f03f1a03089601206f");
        int fields = 0;
        while (message.next()) {
            message.skip();
            fields++;
        }
        assertEquals(5, fields);
    }

    @Test
    void damagedMessagesAreRefusedWithWords() {
        refused("0a05", "is cut off", "5 bytes");
        refused("0affffffffffffffffff01", "18446744073709551615 bytes");
        refused("08", "is cut off");
        refused("08ffffffffffffffffffff01", "more than 64 bits");
        refused("0d0000", "is cut off");
        refused("0b", "wire type 3");
        refused("00", "the number 0");
        refused("f8ffffffffff01", "a field with the number");
        assertThrows(ProtobufException.class, () -> {
            ProtoReader message = reader("0d00000000");
            message.next();
            message.number();
        });
        assertThrows(ProtobufException.class, () -> {
            ProtoReader message = reader("0a03000000");
            message.next();
            message.floats(new float[0]);
        });
        assertThrows(ProtobufException.class, () -> {
            ProtoReader message = reader("0a01ff");
            message.next();
            message.text();
        });
    }

    private static void refused(String hex, String... words) {
        ProtobufException e = assertThrows(ProtobufException.class, () -> {
            ProtoReader message = reader(hex);
            while (message.next()) {
                message.skip();
            }
        });
        for (String word : words) {
            assertTrue(String.valueOf(e.getMessage()).contains(word), e::getMessage);
        }
    }

    @Test
    void messagesAreNestedNoDeeperThanAHundred() {
        ProtoWriter message = new ProtoWriter();
        for (int i = 0; i < 102; i++) {
            message = new ProtoWriter().message(1, message);
        }
        ProtoReader outer = ProtoReader.of(ByteBuffer.wrap(message.toByteArray()));
        ProtobufException e = assertThrows(ProtobufException.class, () -> {
            ProtoReader inner = outer;
            while (inner.next()) {
                inner = inner.message();
            }
        });
        assertTrue(String.valueOf(e.getMessage()).contains("more than 100 deep"), e::getMessage);
    }
}
