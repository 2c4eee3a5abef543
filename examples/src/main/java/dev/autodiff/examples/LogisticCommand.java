package dev.autodiff.examples;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "logistic", mixinStandardHelpOptions = true)
final class LogisticCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 0;
    }
}
