package dev.autodiff.examples;
import picocli.CommandLine.Command;
import java.util.concurrent.Callable;
@Command(name = "logistic", mixinStandardHelpOptions = true)
final class LogisticCommand implements Callable<Integer> {
    @Override public Integer call() { return 0; }
}
