/** Neural networks on {@link dev.autodiff.core}. */
module dev.autodiff.nn {
    requires transitive dev.autodiff.core;
    requires de.siegmar.fastcsv;
    requires static org.jspecify;

    exports dev.autodiff.nn;
    exports dev.autodiff.nn.config;
    exports dev.autodiff.nn.data;
    exports dev.autodiff.nn.data.csv;
    exports dev.autodiff.nn.data.idx;
    exports dev.autodiff.nn.data.npy;
    exports dev.autodiff.nn.io;
    exports dev.autodiff.nn.layer;
    exports dev.autodiff.nn.metric;
    exports dev.autodiff.nn.optimizer;
    exports dev.autodiff.nn.train;
    exports dev.autodiff.nn.data.file to
            dev.autodiff.io;
}
