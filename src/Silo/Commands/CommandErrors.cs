using System.CommandLine;
using Cluster.Coordinator;
using Cluster.Kernels;

namespace Cluster.Silo.Commands;

/// <summary>
/// Turns whatever ends a command into one line on standard error and an exit code. A stack trace never reaches the user: of an error
/// that nobody expected it goes to a file, which the line names.
/// </summary>
internal static class CommandErrors
{
    /// <summary>Runs a command to its exit code.</summary>
    /// <param name="resume">What to do after an interruption, as the end of a sentence.</param>
    public static Task<int> RunAsync(Func<Task<int>> body, string? resume = null) => RunAsync(body, resume, Console.Error, isInputMissing: () => false);

    /// <summary>As above; a failure while a file that the command line names does not exist counts as not found.</summary>
    public static Task<int> RunAsync(ParseResult parsed, Func<Task<int>> body, string? resume = null) =>
        RunAsync(body, resume, parsed.InvocationConfiguration.Error, () => NamedInputs.Missing(parsed).Any());

    internal static async Task<int> RunAsync(Func<Task<int>> body, string? resume, TextWriter error, Func<bool> isInputMissing)
    {
        try
        {
            // Off the calling thread: an interruption waits for the command only once its task is known to the command line.
            return await Task.Run(body);
        }
        catch (OperationCanceledException)
        {
            return await EndAsync(error, $"interrupted; {resume ?? "run the same command again"}.", ExitCode.Interrupted);
        }
        catch (UsageException failure)
        {
            return await EndAsync(error, failure.Message, ExitCode.Usage);
        }
        catch (NotFoundException failure)
        {
            return await EndAsync(error, failure.Message, ExitCode.NotFound);
        }
        catch (Exception failure) when (failure is KernelException or JobException)
        {
            return await EndAsync(error, failure.Message, isInputMissing() ? ExitCode.NotFound : ExitCode.Failed);
        }
        catch (Exception failure) when (Cause(failure) is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException or KernelException)
        {
            return await EndAsync(error, $"a native library cannot be used ({Cause(failure).Message}); run ./cluster doctor.", ExitCode.Failed);
        }
        catch (UnauthorizedAccessException failure)
        {
            return await EndAsync(error, failure.Message, ExitCode.Denied);
        }
        catch (IOException failure)
        {
            return await EndAsync(error, failure.Message, ExitCode.Failed);
        }
        catch (OutOfMemoryException)
        {
            return await EndAsync(error, "memory ran out; use fewer images, a smaller batch or fewer workers.", ExitCode.Failed);
        }
#pragma warning disable CA1031 // The last line of defence: an unexpected error still ends in one line, with its details in a file.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return await EndAsync(error, $"unexpected error ({OneLine(failure.Message)}); {Details(failure)}", ExitCode.Failed);
        }
    }

    // What a static constructor throws arrives wrapped.
    private static Exception Cause(Exception failure) => failure is TypeInitializationException { InnerException: { } cause } ? Cause(cause) : failure;

    private static async Task<int> EndAsync(TextWriter error, string sentence, int code)
    {
        await error.WriteLineAsync($"cluster: {OneLine(sentence)}");
        return code;
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Details(Exception failure)
    {
        string path = Path.Combine(Path.GetTempPath(), $"cluster-error-{DateTime.UtcNow:yyyyMMdd-HHmmss}-{Environment.ProcessId}.txt");
        try
        {
            File.WriteAllText(path, $"{Environment.CommandLine}\n{failure}\n");
            return $"this is a defect: please report it with {path}.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"this is a defect; its details could not be written to {path} ({OneLine(e.Message)}).";
        }
    }
}
