package dev.autodiff.examples;
import picocli.CommandLine.Command;
import java.util.concurrent.Callable;
@Command(name = "linear", mixinStandardHelpOptions = true)
final class LinearCommand implements Callable<Integer> {
    @Override public Integer call() { return 0; }
}
