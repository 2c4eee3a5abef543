package dev.autodiff.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class VersionTest {
    @Test
    void namesTheKernelsOfThisTestRun() {
        String wanted = "scalar".equals(System.getProperty("autodiff.kernels")) ? "scalar" : "vector";
        assertEquals("autodiff, " + wanted + " kernels, 2 rows", Version.describe());
    }
}
