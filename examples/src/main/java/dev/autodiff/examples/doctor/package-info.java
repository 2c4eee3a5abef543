/** The command {@code doctor}: what this machine and this Java have to compute with, and what to change about it. */
@NullMarked
package dev.autodiff.examples.doctor;

import org.jspecify.annotations.NullMarked;
