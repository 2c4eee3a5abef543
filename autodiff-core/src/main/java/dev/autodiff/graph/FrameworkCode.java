package dev.autodiff.graph;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The declaration that a package and the packages under it build graphs for others, as a library of layers does.
 * Tensors, errors, drawings and profiles then show the line of the caller, and not a line within the library:
 *
 * <pre>
 * &#64;FrameworkCode
 * package com.example.layers;
 * </pre>
 *
 * <p>It holds for the classes that come from the same jar or directory as the declaration. Tests in the same package,
 * which come from another directory, are users of the library.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PACKAGE)
public @interface FrameworkCode {}
