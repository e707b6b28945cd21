using System.CommandLine;
using Cluster.Client.Remote;
using Cluster.DataSpecs;
using Cluster.Silo.Commands;
using Cluster.Silo.Reports;

namespace Cluster.Client.Commands;

/// <summary>Turns whatever ends a command into one line on standard error and an exit code; a stack trace never reaches the user.</summary>
internal static class ClientErrors
{
    public static async Task<int> RunAsync(ParseResult parsed, Func<Task<int>> body)
    {
        var error = parsed.InvocationConfiguration.Error;
        try
        {
            // Off the calling thread: an interruption waits for the command only once its task is known to the command line.
            return await Task.Run(body);
        }
        catch (OperationCanceledException)
        {
            return await EndAsync(error, "interrupted; run the same command again.", ExitCode.Interrupted);
        }
        catch (RemoteException failure)
        {
            return await EndAsync(error, failure.Message, failure.ExitCode);
        }
        catch (UsageException failure)
        {
            return await EndAsync(error, failure.Message, ExitCode.Usage);
        }
        catch (MissingDataException failure)
        {
            return await EndAsync(error, failure.Message, ExitCode.NotFound);
        }
        catch (DataSpecException failure)
        {
            return await EndAsync(error, failure.Message, ExitCode.Usage);
        }
        catch (NotFoundException failure)
        {
            return await EndAsync(error, failure.Message, ExitCode.NotFound);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return await EndAsync(error, failure.Message, ExitCode.NotFound);
        }
        catch (UnauthorizedAccessException failure)
        {
            return await EndAsync(error, failure.Message, ExitCode.Denied);
        }
        catch (IOException failure)
        {
            return await EndAsync(error, failure.Message, ExitCode.Failed);
        }
#pragma warning disable CA1031 // The last line of defence: an unexpected error still ends in one line, with its details in a file.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return await EndAsync(error, $"unexpected error ({failure.Message}); {Details(failure)}", ExitCode.Failed);
        }
    }

    private static async Task<int> EndAsync(TextWriter error, string sentence, int code)
    {
        string line = string.Join(' ', sentence.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        await error.WriteLineAsync($"cluster: {VisibleText.Clean(line)}");
        return code;
    }

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
            return $"this is a defect; its details could not be written to {path} ({e.Message}).";
        }
    }
}
