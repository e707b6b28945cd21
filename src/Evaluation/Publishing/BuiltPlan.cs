using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;
using Cluster.Plans;

namespace Cluster.Evaluation.Publishing;

/// <summary>Makes the plan file of an artefact, with the digests of what it was built from.</summary>
internal static class BuiltPlan
{
    /// <param name="learned">SHA-256 of learned numbers; null: those of the plan's repairs, if it has any, which are then written.</param>
    public static PlanFile Of(OpenedJob job, JobFolder folder, Plan plan, BuiltArtefact artefact, string? learned)
    {
        var calibration = new CalibrationFolder(folder.Calibration, job.Data.Digests.Calibration, job.Network.Identity);
        string statistics = calibration.ReadStatistics().Digest;
        string? corrections = artefact.Network is { CorrectedBiases.Count: > 0 } network
            ? calibration.WriteCorrections(network.CorrectedBiases)
            : null;
        learned ??= job.Setup.Repairs.Of(plan) is { } repairs ? calibration.WriteLearned(repairs) : null;
        return new PlanFile(
            plan, new BuiltFrom(job.Network.Digest, statistics, corrections, learned, job.Network.Prepared), job.Spec.Options.Seed);
    }
}
