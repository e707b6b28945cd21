namespace Cluster.Client.Remote;

/// <summary>A server refused, failed or could not be reached; the message is one sentence that says which and what to do.</summary>
/// <param name="exitCode">The program's exit code for it.</param>
internal sealed class RemoteException(string message, int exitCode) : Exception(message)
{
    public int ExitCode => exitCode;
}
