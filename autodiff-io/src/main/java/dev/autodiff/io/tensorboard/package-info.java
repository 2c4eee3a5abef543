/**
 * Event files that TensorBoard shows: {@link dev.autodiff.io.tensorboard.TensorBoard} is a callback of {@code fit},
 * {@link dev.autodiff.io.tensorboard.SummaryWriter} writes by hand. Uses nn and {@code dev.autodiff.io.protobuf}.
 */
@FrameworkCode
@NullMarked
package dev.autodiff.io.tensorboard;

import dev.autodiff.graph.FrameworkCode;
import org.jspecify.annotations.NullMarked;
