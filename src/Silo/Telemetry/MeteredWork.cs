namespace Cluster.Silo.Telemetry;

/// <summary>A piece of work, as metrics, spans and logs name it.</summary>
/// <param name="Id">The item's id.</param>
/// <param name="Kind">What kind of work it is, as a label.</param>
/// <param name="Title">What it is, in a few words.</param>
internal sealed record MeteredWork(string Id, string Kind, string Title)
{
    /// <summary>A job has one publishing.</summary>
    public static MeteredWork Publishing { get; } = new("publish", "publish", "the winner's files");
}
