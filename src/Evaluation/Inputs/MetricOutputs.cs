namespace Cluster.Evaluation.Inputs;

/// <summary>The outputs that a metric looks at.</summary>
internal static class MetricOutputs
{
    /// <summary>The kind used to rank groups and calibrators, so that the ranking matches the job's metric.</summary>
    public static OutputKind Outputs(this MetricKind metric) =>
        metric.ReadsScores() ? OutputKind.Scores : OutputKind.Values;

    /// <summary>Values of an output for one sample: the classes of a classifier.</summary>
    /// <param name="output">With its whole shape, samples outermost.</param>
    public static int SampleSize(this ValueInfo output) =>
        checked((int)output.Shape.Skip(1).Aggregate(1L, (product, size) => product * size));
}
