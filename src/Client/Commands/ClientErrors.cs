using Cluster.Plans;

namespace Cluster.Client.Commands;

/// <summary>The endings of remote commands: a server's refusal has its own exit code.</summary>
internal static class ClientErrors
{
    public static Task<int> RunAsync(ParseResult parsed, Func<Task<int>> body) =>
        CommandEnds.RunAsync(body, parsed.InvocationConfiguration.Error, EndOf);

    private static CommandEnd? EndOf(Exception failure) => failure switch
    {
        RemoteException remote => new(remote.Message, remote.ExitCode),
        MissingDataException or FileNotFoundException or DirectoryNotFoundException => new(failure.Message, ExitCode.NotFound),
        DataSpecException => new(failure.Message, ExitCode.Failed),
        JobException job => new(job.Message, ExitCode.Of(job.FailsOn)),
        _ => null,
    };
}
