using Cluster.Contract.V1;

namespace Cluster.Client.Views;

/// <summary>
/// Why each group of a winner has its precision: the contract's plan does not say it, so it is read from the published result.json.
/// </summary>
internal static class GroupReasons
{
    private const string ResultFile = "result.json";
    private const long LargestResult = 64 << 20;

    /// <summary>Sentences by the group's name; empty if no result was published.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        Job job, ServerConnection server, TextWriter error, CancellationToken cancellation)
    {
        if (job.Artefacts.LastOrDefault(artefact => artefact.Role == ResultFile && artefact.SizeBytes <= LargestResult) is not { } artefact)
        {
            return new Dictionary<string, string>(StringComparer.Ordinal);
        }

        try
        {
            return Parse(await new Downloader(server, error, isLive: false).ReadAsync(artefact, cancellation));
        }
        catch (Exception failure) when (failure is RemoteException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            await error.WriteLineAsync(
                $"cluster: warning: why the groups have their precisions is not known ({failure.Message.TrimEnd('.')}).");
            return new Dictionary<string, string>(StringComparer.Ordinal);
        }
    }

    internal static IReadOnlyDictionary<string, string> Parse(byte[] result)
    {
        using var document = JsonDocument.Parse(result);
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in document.RootElement.GetProperty("groups").EnumerateArray())
        {
            reasons[group.GetProperty("group").GetString()!] = group.GetProperty("reason").GetString()!;
        }

        return reasons;
    }
}
