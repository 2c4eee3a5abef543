package dev.autodiff.nn.data;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.NDArray;
import java.util.List;
import org.junit.jupiter.api.Test;

class VocabularyTest {
    private static final List<String> TEXTS = List.of("The cat sat.", "The dog ran, and ran!\nAnd the end.");

    /** The numbers of Keras's TextVectorization, but for the order of equally frequent words. */
    @Test
    void frequentWordsComeFirst() {
        Vocabulary vocabulary = Vocabulary.fit(TEXTS, 100);
        assertEquals(List.of("the", "and", "ran", "cat", "dog", "end", "sat"), vocabulary.words());
        assertEquals(9, vocabulary.size());
        assertEquals(2, vocabulary.number("the"));
        assertEquals(Vocabulary.UNKNOWN, vocabulary.number("The"), "words are in lower case");
        assertEquals(
                NDArray.of(new int[][] {{1, 5, 4}, {2, 6, 0}, {0, 0, 0}}),
                vocabulary.encode(List.of("A cat ran", "the  DOG", " ... ")));
        assertEquals(NDArray.of(new int[][] {{1, 5}}), vocabulary.encode(List.of("A cat ran"), 2));
    }

    @Test
    void aSizeLeavesRareWordsOut() {
        Vocabulary vocabulary = Vocabulary.fit(TEXTS, 4);
        assertEquals(List.of("the", "and"), vocabulary.words());
        assertEquals(NDArray.of(new int[][] {{3, 1, 2}}), vocabulary.encode(List.of("and ran the")));
        refused(IllegalArgumentException.class, () -> Vocabulary.fit(TEXTS, 2), "a size of 3, not 2");
    }

    @Test
    void wordsOfAFile() {
        Vocabulary vocabulary = Vocabulary.fit(TEXTS, 100);
        assertEquals(vocabulary.encode(TEXTS), Vocabulary.of(vocabulary.words()).encode(TEXTS));
        refused(IllegalArgumentException.class, () -> Vocabulary.of(List.of("a", "b", "a")), "once", "\"a\"");
        refused(IllegalArgumentException.class, () -> Vocabulary.of(List.of("a", " ")), "blank");
    }

    @Test
    void otherAlphabets() {
        assertEquals(
                List.of("müller", "äß", "日本語", "don", "2x"),
                Vocabulary.split("Müller, ÄSS".replace("SS", "ß") + "! 日本語 \"Don\" 2x"));
    }

    @Test
    void padding() {
        assertEquals(NDArray.of(new int[][] {{7, 0}, {8, 9}}), Vocabulary.pad(new int[] {7}, new int[] {8, 9}));
        assertEquals(
                NDArray.of(new int[][] {{7, 0, 0}, {8, 9, 1}}),
                Vocabulary.pad(3, new int[] {7}, new int[] {8, 9, 1, 5}));
        assertEquals(0, Vocabulary.pad().size());
        refused(IllegalArgumentException.class, () -> Vocabulary.pad(-1, new int[] {1}), "at least 0, not -1");
    }
}
