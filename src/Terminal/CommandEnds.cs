namespace Cluster.Terminal;

/// <summary>The failure of a command.</summary>
/// <param name="Sentence">What was found, what was expected, what to do.</param>
/// <param name="Code">One of <see cref="ExitCode"/>.</param>
public sealed record CommandEnd(string Sentence, int Code);

/// <summary>
/// Turns every exception that ends a command into one line on standard error and an exit code. A stack trace never
/// reaches the user: that of an unexpected error goes to a file, which the line names.
/// </summary>
public static class CommandEnds
{
    // Linux: ENOSPC, EDQUOT and EROFS, which .NET passes on unchanged.
    private const int DiskFull = 28;
    private const int QuotaReached = 122;
    private const int ReadOnlyFileSystem = 30;

    /// <summary>Runs a command to its exit code.</summary>
    /// <param name="body">The command.</param>
    /// <param name="error">Where the line goes.</param>
    /// <param name="known">A program's own mapping of exceptions to ends; returns null for unknown ones.</param>
    /// <param name="resume">What to do after an interruption, as the end of a sentence.</param>
    public static async Task<int> RunAsync(
        Func<Task<int>> body, TextWriter error, Func<Exception, CommandEnd?> known, string? resume = null)
    {
        try
        {
            // Not on the calling thread: an interruption waits for the command only once System.CommandLine has its task.
            return await Task.Run(body);
        }
#pragma warning disable CA1031 // The last line of defence: an unexpected error still ends in one line, with its details in a file.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            var end = Common(failure, resume) ?? Expected(known(failure) ?? Files(failure), failure) ?? Unexpected(failure);
            await error.WriteLineAsync($"cluster: {VisibleText.Clean(OneLine(end.Sentence))}");
            return end.Code;
        }
    }

    private static CommandEnd? Common(Exception failure, string? resume) => failure switch
    {
        OperationCanceledException => new($"interrupted; {resume ?? "run the same command again"}.", ExitCode.Interrupted),
        UsageException => new(failure.Message, ExitCode.Usage),
        WaitingException => new($"{failure.Message}.", ExitCode.Waiting),
        NotFoundException => new(failure.Message, ExitCode.NotFound),
        _ => null,
    };

    private static CommandEnd? Files(Exception failure) => failure switch
    {
        IOException { HResult: DiskFull or QuotaReached } =>
            new($"{failure.Message.TrimEnd('.')}: the disk is full; free space and run the same command again.", ExitCode.Failed),
        UnauthorizedAccessException or IOException => new(failure.Message, ExitCode.Failed),
        OutOfMemoryException => new("memory ran out; use fewer images, a smaller batch or fewer workers.", ExitCode.Failed),
        _ => null,
    };

    // The same kind of mistake has the same code, in every part of the program.
    private static CommandEnd? Expected(CommandEnd? end, Exception failure) =>
        end is { Code: ExitCode.Failed } && IsDenied(failure) ? end with { Code = ExitCode.Denied } : end;

    private static bool IsDenied(Exception? failure) =>
        failure is UnauthorizedAccessException or IOException { HResult: ReadOnlyFileSystem }
        || (failure is not null && IsDenied(failure.InnerException));

    private static CommandEnd Unexpected(Exception failure) =>
        new($"unexpected error ({OneLine(failure.Message)}); {Details(failure)}", ExitCode.Failed);

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

/// <summary>A command has done what it can until a person answers.</summary>
/// <param name="message">What it waits for and how to go on, without a full stop.</param>
public sealed class WaitingException(string message) : Exception(message);
