namespace Cluster.Coordinator.Results;

/// <summary>The network.</summary>
/// <param name="Name">The model's file name.</param>
/// <param name="Sha256">Digest of that file.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Groups">Number of groups.</param>
/// <param name="Macs">Multiply-accumulates per image.</param>
/// <param name="Parameters">Number of weights.</param>
public sealed record ResultModel(string Name, string Sha256, long SizeBytes, int Groups, long Macs, long Parameters)
{
    /// <summary>The other float that parts of the file compute in, which are float32 here; null: none.</summary>
    public string? Widened { get; init; }

    /// <summary>The shapes of a sample that latency is of, such as "x 3x320x320", where the network leaves sizes free; else null.</summary>
    public string? TimedShape { get; init; }
}
