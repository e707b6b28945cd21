using Cluster.Coordinator;
using Cluster.Kernels;

namespace Cluster.Silo.Commands;

internal static class CommandErrors
{
    public static async Task<int> RunAsync(Func<Task<int>> body, string? resume = null)
    {
        try
        {
            return await body();
        }
        catch (Exception e) when (e is KernelException or JobException)
        {
            await Console.Error.WriteLineAsync($"cluster: {e.Message}");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"cluster: interrupted; {resume}");
            return ExitCode.Interrupted;
        }
    }
}
