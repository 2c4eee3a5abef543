package dev.autodiff.nn.train;

/**
 * A callback that stops training when the loss of a batch is NaN or infinite, since nothing is learned from then on.
 *
 * <pre>{@code
 * FitOptions options = FitOptions.epochs(10).callbacks(new StopAtNan());
 * }</pre>
 */
public final class StopAtNan implements Callback {
    /** Makes a callback. */
    public StopAtNan() {}

    @Override
    public void onBatchEnd(Loop loop) {
        if (loop.kind() != Loop.Kind.PREDICT && !Double.isFinite(loop.loss())) {
            loop.stop("the loss is " + loop.loss() + " in epoch " + (loop.epoch() + 1) + ", batch "
                    + (loop.batchNumber() + 1) + ": try a smaller learning rate, and"
                    + " model.session().checkNumerics(true) to find where it comes from");
        }
    }
}
