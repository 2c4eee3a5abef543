package dev.autodiff.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.check.CheckReport.Finding;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The text of a report, and what counts as passed. */
class CheckReportTest {
    private static Finding finding(double numeric, double error, double symbolic) {
        return new Finding(1, "w", List.of(0, 2), 0.5, numeric, error, symbolic, "they are 50 % apart");
    }

    private static CheckReport report(List<Finding> findings, String refusal) {
        List<CheckReport.Input> inputs = List.of(new CheckReport.Input("w", NDArray.of(0.5, 1.0)));
        return new CheckReport("loss FLOAT64 []", 12, findings, refusal, "", 1e-9, inputs);
    }

    @Test
    void passed() {
        CheckReport report = report(List.of(), "");
        assertTrue(report.passed());
        assertSame(report, report.throwIfFailed());
        assertEquals(
                "Gradient check of loss FLOAT64 []: passed, 12 derivatives, largest relative difference 1.0e-09",
                report.toString());
    }

    @Test
    void failed() {
        CheckReport report = report(List.of(finding(2, 1e-10, 1)), "");
        assertFalse(report.passed());
        String text = String.valueOf(
                assertThrows(AssertionError.class, report::throwIfFailed).getMessage());
        assertEquals(report.toString(), text);
        assertTrue(text.contains("failed for 1 of 12"), text);
        assertTrue(text.contains("1st derivative by w at [0, 2] (which is 0.500000): numeric 2.0"), text);
        assertTrue(text.contains("w [2] =\n      [0.5 1. ]"), text);
    }

    @Test
    void refused() {
        CheckReport report = report(List.of(), "every derivative is about zero here");
        assertFalse(report.passed());
        assertTrue(report.toString().contains("not possible\n  every derivative is about zero here"));
    }

    @Test
    void onlyTheFirstFindingsAreShown() {
        List<Finding> many = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            many.add(finding(i, 0, -1));
        }
        String text = report(many, "").toString();
        assertTrue(text.contains("and 3 more"), text);
    }

    @Test
    void aMismatchIsMoreThanTheErrorOfTheNumericDerivative() {
        assertTrue(finding(2, 0.1, 1).isMismatch());
        assertFalse(finding(2, 0.6, 1).isMismatch());
        assertTrue(finding(2, 0.1, Double.NaN).isMismatch());
        assertFalse(finding(Double.NaN, 0.1, 1).isMismatch());
    }

    @Test
    void positionsAreToldByAxis() {
        assertEquals(List.of(1, 2), CheckReport.index(NDArray.wrap(new double[6], 2, 3), 5));
        assertEquals(List.of(), CheckReport.index(NDArray.scalar(1.0), 0));
    }
}
