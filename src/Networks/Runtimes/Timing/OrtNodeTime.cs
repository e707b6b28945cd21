namespace Cluster.Networks.Runtimes.Timing;

/// <summary>Time of one kernel of the rewritten graph.</summary>
/// <param name="Name">Node name in the rewritten graph; empty if it has none.</param>
/// <param name="Operator">Operator after rewriting, e.g. "QLinearConv".</param>
/// <param name="Index">Index of the node, unique in the graph.</param>
/// <param name="MedianMicroseconds">Median over the runs, microseconds; the profile counts whole ones.</param>
/// <param name="Runs">Number of runs behind the median.</param>
public sealed record OrtNodeTime(string Name, string Operator, int Index, double MedianMicroseconds, int Runs);
