package dev.millrace.samples;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Takes a flag that is not given from the environment: {@code --claim-idle-millis} from MILLRACE_CLAIM_IDLE_MILLIS. */
final class EnvironmentDefaults implements IDefaultValueProvider {

    static final String HELP = "%nEvery flag can be given in the environment instead: --handler-millis as"
            + " MILLRACE_HANDLER_MILLIS, and so on. Exit code 2 means bad input, told in one line.";

    private final Map<String, String> environment;

    EnvironmentDefaults(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || option.usageHelp()) {
            return null;
        }
        return environment.get(
                "MILLRACE" + option.longestName().substring(1).replace('-', '_').toUpperCase(Locale.ROOT));
    }
}
