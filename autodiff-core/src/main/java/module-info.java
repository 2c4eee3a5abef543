/** Reverse-mode automatic differentiation. */
module dev.autodiff.core {
    requires static jdk.incubator.vector;
    requires static org.jspecify;

    exports dev.autodiff.array;
    exports dev.autodiff.check;
    exports dev.autodiff.draw;
    exports dev.autodiff.graph;
    exports dev.autodiff.ir;
    exports dev.autodiff.kernel.math;
    exports dev.autodiff.profile;
    exports dev.autodiff.trace;

    // Internal matters: the text of files, the threads, and running programs, which sessions are made of.
    exports dev.autodiff.json to
            dev.autodiff.nn;
    exports dev.autodiff.parallel to
            dev.autodiff.nn;
    exports dev.autodiff.runtime to
            dev.autodiff.nn;
    exports dev.autodiff.text to
            dev.autodiff.nn;
}
