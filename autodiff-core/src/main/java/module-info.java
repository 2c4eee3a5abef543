/** Reverse-mode automatic differentiation. */
module dev.autodiff.core {
    requires static jdk.incubator.vector;
    requires static org.jspecify;

    exports dev.autodiff.array;
    exports dev.autodiff.check;
    exports dev.autodiff.draw;
    exports dev.autodiff.graph;
    exports dev.autodiff.kernel;
    exports dev.autodiff.profile;
    exports dev.autodiff.program;
    exports dev.autodiff.trace;
}
