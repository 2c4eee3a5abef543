/** Models, pictures and logs in the formats of other programs, for {@link dev.autodiff.nn}. */
module dev.autodiff.io {
    requires transitive dev.autodiff.nn;
    requires java.desktop;
    requires static org.jspecify;

    exports dev.autodiff.io.code;
    exports dev.autodiff.io.image;
    exports dev.autodiff.io.onnx;
    exports dev.autodiff.io.tensorboard;
}
