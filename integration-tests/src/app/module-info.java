/** A program of a user of the library. */
module app {
    requires dev.autodiff.nn;
}
