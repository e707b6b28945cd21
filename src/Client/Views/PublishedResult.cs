using System.Text;
using Cluster.Contract.V1;
using Cluster.Coordinator.Results;
using Cluster.Plans;

namespace Cluster.Client.Views;

/// <summary>The published result.json of a job: what the contract's messages do not say.</summary>
internal static class PublishedResult
{
    private const string ResultFile = "result.json";
    private const long LargestResult = 64 << 20;

    /// <summary>Null if none was published, or with a warning if it cannot be read.</summary>
    public static async Task<ResultDocument?> ReadAsync(
        Job job, ServerConnection server, TextWriter error, CancellationToken cancellation)
    {
        if (job.Artefacts.LastOrDefault(artefact => artefact.Role == ResultFile && artefact.SizeBytes <= LargestResult) is not { } artefact)
        {
            return null;
        }

        try
        {
            byte[] text = await new Downloader(server, error, isLive: false).ReadAsync(artefact, cancellation);
            return ResultDocument.Parse(Encoding.UTF8.GetString(text), ResultFile);
        }
        catch (Exception failure) when (failure is RemoteException or JobException)
        {
            await error.WriteLineAsync(
                $"cluster: warning: why the groups have their precisions is not known ({failure.Message.TrimEnd('.')}).");
            return null;
        }
    }
}
