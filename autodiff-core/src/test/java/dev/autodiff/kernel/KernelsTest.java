package dev.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class KernelsTest {
    @Test
    void areThoseOfThisTestRun() {
        String wanted = "scalar".equals(System.getProperty("autodiff.kernels")) ? "scalar" : "vector";
        assertEquals(wanted, Kernels.name());
    }
}
