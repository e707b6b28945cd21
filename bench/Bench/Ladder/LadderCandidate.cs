using Cluster.Evaluation.Artefacts;
using Cluster.Kernels.Plans;
using Cluster.Plans;

namespace Cluster.Bench.Ladder;

/// <summary>A plan as a file.</summary>
/// <param name="Learned">What was learned for it, if anything.</param>
internal sealed record LadderCandidate(Plan Plan, LearnedParameters? Learned, BuiltArtefact Artefact)
{
    public int Skipped => Plan.Groups.Count - Plan.QuantizedCount;
}
