namespace Cluster.Simulation.Disorder;

/// <summary>What went wrong on a job's way to its end.</summary>
/// <param name="Reordered">Results that arrived before one that was asked for earlier.</param>
/// <param name="Lost">Attempts whose host was lost with the result.</param>
/// <param name="Repeated">Results that arrived once more, for a coordinator that had crashed since it asked.</param>
/// <param name="Crashes">Crashes of the coordinator.</param>
public sealed record DisorderCounts(int Reordered, int Lost, int Repeated, int Crashes)
{
    /// <summary>Both together.</summary>
    public static DisorderCounts operator +(DisorderCounts x, DisorderCounts y) =>
        new(x.Reordered + y.Reordered, x.Lost + y.Lost, x.Repeated + y.Repeated, x.Crashes + y.Crashes);

    /// <summary>The same as the operator.</summary>
    public static DisorderCounts Add(DisorderCounts x, DisorderCounts y) => x + y;
}
