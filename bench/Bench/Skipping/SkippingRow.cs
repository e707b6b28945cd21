using Cluster.DataSpecs.Models;
using Cluster.Plans;

namespace Cluster.Bench.Skipping;

/// <summary>What a way of searching found.</summary>
/// <param name="Labelled">Evaluation images that were looked at, each time.</param>
/// <param name="Time">From reading the files to the plan.</param>
internal sealed record SkippingRow(string Name, Plan Plan, int Correct, long Labelled, TimeSpan Time, ModelFile File)
{
    /// <summary>Calibration images that whole files were run on besides; null where it is done otherwise.</summary>
    public long? Unlabelled { get; init; }

    public int Skipped => Plan.Groups.Count(group => group.Format.IsBaseline);
}
