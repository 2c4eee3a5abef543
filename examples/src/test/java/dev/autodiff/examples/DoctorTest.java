package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The command; what it reports is tested beside the report. */
class DoctorTest {
    @Test
    void reportsAboutThisMachine() {
        Run run = Run.of("doctor", "--no-measurement");
        assertEquals(0, run.exitCode(), run::err);
        assertTrue(run.out().contains("Java             " + System.getProperty("java.version")), run::out);
        assertTrue(run.out().contains("arithmetic       not measured"), run::out);
        assertFalse(run.out().contains("GFLOP/s"), run::out);
    }
}
