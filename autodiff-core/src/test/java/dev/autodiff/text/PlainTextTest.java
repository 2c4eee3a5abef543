package dev.autodiff.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
    @Test
    void leavesOrdinaryTextAlone() {
        String text = "weights σ·wᵀ\n\tein Maß, 重み, \uD83D\uDE00";
        assertEquals(text, PlainText.of(text));
        String ascii = "layer1/weights";
        assertSame(ascii, PlainText.of(ascii));
    }

    @Test
    void escapesWhatATerminalObeysAndWhatFilesCannotExpress() {
        assertEquals(
                "a\\u001b[2J\\u0000\\u0007\\u009b\\u007f\\u000d", PlainText.of("a\u001b[2J\0\u0007\u009b\u007f\r"));
        assertEquals("\\ud800x\\udc00", PlainText.of("\uD800x\uDC00"));
        assertEquals("\\ufffe\\uffff\\ufdd0\\u{1fffe}", PlainText.of("\uFFFE\uFFFF\uFDD0\uD83F\uDFFE"));
        assertEquals("\\u202eabc", PlainText.of("\u202Eabc"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1_921, 3_000, 3_841, 10_000, 15_000_000})
    void aLongMessageKeepsItsBeginningAndItsEnd(int length) {
        String message = PlainText.message("matmul: " + "x".repeat(length) + "\n    at Model.java:12");
        assertTrue(message.length() <= 1_920, message.length() + " characters");
        assertTrue(message.startsWith("matmul: xxx"), message);
        assertTrue(message.endsWith("x\n    at Model.java:12"), message);
        long shown = message.chars().filter(c -> c == 'x').count();
        assertTrue(message.contains(" ... ("), message);
        assertTrue(shown < 1_920, message);
    }

    @Test
    void aMessageHasAtMostAScreenOfLines() {
        String message =
                PlainText.message("concat: does not fit" + "\n    operand x".repeat(100) + "\n    at A.java:1");
        assertTrue(message.lines().count() <= 24, message);
        assertTrue(message.startsWith("concat: does not fit\n"), message);
        assertTrue(message.endsWith("\n    at A.java:1"), message);
        String whole = "a\nb" + "\nc".repeat(22);
        assertEquals(whole, PlainText.message(whole));
    }

    @Test
    void escapesBeforeItCounts() {
        String message = PlainText.message("name \u001b".repeat(1_000));
        assertTrue(message.length() <= 1_920, message.length() + " characters");
        assertTrue(message.contains("\\u001b"), message);
    }
}
