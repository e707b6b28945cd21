using System.CommandLine;
using Cluster.Terminal.Options;

namespace Cluster.Evaluation.Failures;

/// <summary>
/// Turns failures of computing commands into exit codes: a refusal of Kernels or Coordinator is one sentence for the user.
/// </summary>
public static class CommandErrors
{
    /// <summary>Runs a command to its exit code.</summary>
    public static Task<int> RunAsync(Func<Task<int>> body) => RunAsync(body, null, Console.Error, isInputMissing: () => false);

    /// <summary>As above; a failure counts as "not found" if a file that the command line names does not exist.</summary>
    /// <param name="body">The command.</param>
    /// <param name="resume">What to do after an interruption, as the end of a sentence.</param>
    public static Task<int> RunAsync(ParseResult parsed, Func<Task<int>> body, string? resume = null) =>
        RunAsync(body, resume, parsed.InvocationConfiguration.Error, () => NamedInputs.Missing(parsed).Any());

    internal static Task<int> RunAsync(Func<Task<int>> body, string? resume, TextWriter error, Func<bool> isInputMissing) =>
        CommandEnds.RunAsync(body, error, failure => EndOf(failure, isInputMissing), resume);

    private static CommandEnd? EndOf(Exception failure, Func<bool> isInputMissing) => Refusals.SentenceOf(failure) is { } sentence
        ? new(sentence, CodeOf(failure, isInputMissing))
        : null;

    private static int CodeOf(Exception failure, Func<bool> isInputMissing) => Refusals.FaultOf(failure) switch
    {
        _ when Refusals.IsNative(failure) => ExitCode.Failed,
        JobFault.Content when isInputMissing() => ExitCode.NotFound,
        var fault => ExitCode.Of(fault),
    };
}
