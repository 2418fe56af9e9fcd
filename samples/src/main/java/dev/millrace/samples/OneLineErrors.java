package dev.millrace.samples;

import dev.millrace.redis.RedisSetupException;
import dev.millrace.testkit.RedisStartException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Answers bad input with one line on stderr and exit code 2, a Redis that fails on the way with one and exit code 1; anything
 * else is a defect, and keeps its stack trace.
 */
final class OneLineErrors implements IParameterExceptionHandler, IExecutionExceptionHandler {

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String help = "; see '" + command.getCommandSpec().qualifiedName() + " --help'";
        return refuse(command, e.getMessage() + help);
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) throws Exception {
        // The builders refuse a flag's value with an IllegalArgumentException.
        if (e instanceof BadInputException
                || e instanceof RedisSetupException
                || e instanceof RedisStartException
                || e instanceof IllegalArgumentException) {
            return refuse(command, String.valueOf(e.getMessage()));
        }
        if (e instanceof IllegalStateException && e.getCause() != null) {
            // Redis went away, or refused: nobody's bad input, and no defect either.
            int unused = refuse(command, String.valueOf(e.getMessage()));
            return ExitCode.SOFTWARE;
        }
        throw e;
    }

    private static int refuse(CommandLine command, String message) {
        command.getErr().println(message.strip().replaceAll("\\s*\\R\\s*", " "));
        return ExitCode.USAGE;
    }
}
