/** Models in the formats of other programs, for {@link dev.autodiff.nn}. */
module dev.autodiff.io {
    requires transitive dev.autodiff.nn;
    requires static org.jspecify;

    exports dev.autodiff.io.onnx;
}
