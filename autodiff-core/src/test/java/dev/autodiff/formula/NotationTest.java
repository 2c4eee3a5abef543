package dev.autodiff.formula;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.formula.Notation.Term;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotationTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "2x * dy; -2; 2·(-2) · 1",
                "x²; -2; (-2)²",
                "x²; 1.5; 1.5²",
                "-x; -2; -(-2)",
                "e^(-x); 3; e^(-3)",
                "e^x; -3; e^(-3)",
                "dy / (2x); 4; 1 / (2·4)",
                "max(x, 0); -2; max(-2, 0)",
                "|x|; -2; |-2|",
                "dy where x > 0, else 0; -2; 1 where -2 > 0, else 0",
                "x - 1; -2; -2 - 1",
                "1 - x; -2; 1 - (-2)",
                "log(1 + e^(-|x|)); 2; log(1 + e^(-|2|))",
                "exp(x) * axis; 2; exp(2) · axis",
                "x^3; 1.25e-7; (1.25e-7)^3"
            })
    void putsNumbersInPlaceOfWords(String formula, double x, String expected) {
        String numbers = Notation.substitute(formula, Map.of("x", Term.number(x), "dy", Term.number(1)), true);
        assertEquals(expected, numbers);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "w - g * r; w - 0.1 * g; w - 0.1 · g · r",
                "a * w; m + g; a · (m + g)",
                "a - w; m + g; a - (m + g)",
                "a + w; m + g; a + m + g",
                "a / w; m * g; a / (m · g)",
                "√w; m + g; √(m + g)",
                "w²; -m; (-m)²",
                "a * w; -m; a · (-m)"
            })
    void putsFormulasInPlaceOfWords(String formula, String inner, String expected) {
        Map<String, Term> words = formula.contains("r")
                ? Map.of("g", Term.formula(Notation.pretty("0.1 * g", true)))
                : Map.of("w", Term.formula(Notation.pretty(inner, true)));
        assertEquals(expected, Notation.substitute(formula, words, true));
    }
}
