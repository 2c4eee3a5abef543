package dev.autodiff.examples;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "linear", mixinStandardHelpOptions = true)
final class LinearCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 0;
    }
}
