namespace Cluster.Evaluation.Publishing;

/// <summary>Makes the plan file of an artefact, with the digests of what it was built from.</summary>
internal static class BuiltPlan
{
    /// <param name="learned">SHA-256 of learned numbers; null: those of the plan's repairs, if it has any, which are then written.</param>
    public static PlanFile Of(OpenedJob job, JobFolder folder, Plan plan, BuiltArtefact artefact, string? learned)
    {
        var calibration = new CalibrationFolder(folder.Calibration, job.Data.Digests.Calibration, job.Network.Identity);
        learned ??= job.Setup.Repairs.Of(plan) is { } repairs ? calibration.WriteLearned(repairs) : null;
        return Of(calibration, calibration.ReadStatistics().Digest, job.Network, plan, artefact, learned, job.Spec.Options.Seed);
    }

    /// <param name="calibration">Gets the corrected biases.</param>
    /// <param name="statistics">SHA-256 of the statistics in it.</param>
    /// <param name="learned">SHA-256 of learned numbers in it; null: none.</param>
    public static PlanFile Of(
        CalibrationFolder calibration,
        string statistics,
        NetworkFile network,
        Plan plan,
        BuiltArtefact artefact,
        string? learned,
        long seed)
    {
        string? corrections = artefact.Network is { CorrectedBiases.Count: > 0 } built
            ? calibration.WriteCorrections(built.CorrectedBiases)
            : null;
        return new PlanFile(plan, new BuiltFrom(network.Digest, statistics, corrections, learned, network.Prepared), seed);
    }
}
