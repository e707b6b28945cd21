namespace Cluster.Evaluation.Publishing;

/// <summary>
/// The files of plans besides the winner, if <see cref="KeptFiles.Front"/> is requested: those on the front and those with every group in
/// INT8. Each passes the parity gate or is left out.
/// </summary>
internal sealed class FrontFiles(OpenedJob job, JobFolder folder)
{
    private readonly List<string> _paths = [];
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>Paths of the written files: networks, and each one's plan.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <summary>The file of an artefact, by its SHA-256, relative to the job's folder; null if it was not written.</summary>
    public string? NameOf(string sha256) => _names.GetValueOrDefault(sha256);

    /// <summary>Writes them, after removing such files of an earlier attempt.</summary>
    public void Write(JobOutcome outcome, CancellationToken cancellation)
    {
        foreach (string old in Directory.EnumerateFiles(folder.Root, "plan-*.qdq.onnx*").Concat(
            Directory.EnumerateFiles(folder.Root, "plan-*.plan.json")).ToArray())
        {
            File.Delete(old);
        }

        if (job.Spec.Options.KeepFiles is not KeptFiles.Front)
        {
            return;
        }

        var plans = JobPublisher.Published(outcome)
            .Where(plan => !plan.IsBaseline && !plan.Equals(outcome.Winner.Plan) && IsAsSearched(plan))
            .Distinct();
        foreach (var plan in plans)
        {
            Write(plan, cancellation);
        }
    }

    // Numbers learned after the search belong to the winner, whose file exists.
    private static bool IsAsSearched(Plan plan) =>
        plan.Groups.All(group => group.Format.IsBaseline || group.Rounding == GroupDecision.Nearest || group.IsRepaired);

    private void Write(Plan plan, CancellationToken cancellation)
    {
        var setup = job.Setup;
        var artefact = setup.Builder.Build(plan, cancellation);
        if (setup.Parity.Check(artefact, cancellation) is { Passed: false }
            || (artefact.Network is not null && ChannelCheck.Judge(setup, artefact, plan, cancellation).Failure is not null))
        {
            return;
        }

        string name = $"plan-{plan.Digest[..12]}";
        string model = Path.Combine(folder.Root, $"{name}.qdq.onnx");
        string decisions = Path.Combine(folder.Root, $"{name}.plan.json");
        var written = ModelFiles.Write(model, artefact.File);
        AtomicFile.Write(decisions, BuiltPlan.Of(job, folder, plan, artefact, learned: null).Format());
        _paths.AddRange([.. written, decisions]);
        _names[artefact.Sha256] = Path.GetFileName(model);
    }
}

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
