using Cluster.Terminal;

namespace Cluster.Client.Remote;

/// <summary>A server refused, failed or could not be reached; one sentence says which and what to do.</summary>
/// <param name="exitCode">How the program ends because of it.</param>
internal sealed class RemoteException(string message, int exitCode) : Exception(message)
{
    public int ExitCode => exitCode;
}
