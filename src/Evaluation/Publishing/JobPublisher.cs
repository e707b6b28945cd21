using Cluster.Coordinator.Search.Judgements;

namespace Cluster.Evaluation.Publishing;

/// <summary>
/// Makes the winner's files: the artefact after its parity gate, the plan with the digests it was built from, the latency observations,
/// TensorRT's calibration cache, and the reports for people. Publishing again gives the same artefact and plan.
/// </summary>
public sealed class JobPublisher(OpenedJob job, JobFolder folder, JobNames names)
{
    /// <summary>Makes the files, and returns them.</summary>
    /// <exception cref="JobException">The parity gate refused; nothing was published.</exception>
    public Task<IReadOnlyList<PublishedArtefact>> PublishAsync(JobOutcome outcome, CancellationToken cancellationToken) =>
        Task.Run(() => Publish(outcome, cancellationToken), cancellationToken);

    private IReadOnlyList<PublishedArtefact> Publish(JobOutcome outcome, CancellationToken cancellation)
    {
        var setup = job.Setup;
        var numbers = new CalibrationFolder(folder.Calibration);
        foreach (string missing in setup.Repairs.Missing(Published(outcome)))
        {
            setup.Repairs.Add(missing, numbers.ReadLearned(missing));
        }

        var learned = outcome.Learned is { } digest ? numbers.ReadLearned(digest) : null;
        var artefact = setup.Builder.Build(outcome.Winner.Plan, cancellation, learned?.Biases, learned);
        var parity = setup.Parity.Check(artefact, cancellation);
        if (parity is { Passed: false } && job.Spec.Deployed is null)
        {
            throw new ParityRefusedException(
                $"The parity gate refused the winner: {parity.Failure} Nothing was published; the journal is kept.");
        }

        var networks = ModelFiles.Write(folder.WinnerModel, artefact.File);
        IReadOnlyList<string> clean = outcome.Result.Baselines.Given is null || outcome.Winner.Plan.IsBaseline
            ? []
            : ModelFiles.Write(folder.Float32Model, setup.Network.Float32Model);
        AtomicFile.Write(folder.WinnerPlan, BuiltPlan.Of(job, folder, outcome.Winner.Plan, artefact, outcome.Learned).Format());
        AtomicFile.Write(folder.Latency, Latencies(outcome).Format());
        using (var cache = new StringWriter())
        {
            CalibrationCacheWriter.Write(cache, Amax(outcome.Winner.Plan));
            AtomicFile.Write(folder.CalibrationCache, cache.ToString());
        }

        var kept = setup.Network.Grouped.Groups.Select(group => group.Name)
            .Where(group => GroupChoice.KeptBy(job.Spec.Options, group) is not null).ToHashSet(StringComparer.Ordinal);
        var extra = new ExtraFiles(folder.WinnerStem, setup, kept).Write(job.Spec.Options, artefact, outcome.Winner.Plan)
            .SelectMany(written => written.Paths);
        var others = new FrontFiles(job, folder);
        others.Write(outcome, cancellation);
        var trained = new TrainedFiles(job, folder);
        trained.Write(outcome, cancellation);
        new ResultFiles(
            job, folder, names, outcome, Finding(parity, outcome), sha256 => others.NameOf(sha256) ?? trained.NameOf(sha256), artefact)
            .Write();
        Array.ForEach([folder.FineTuning, folder.Reconstruction], WorkFolders.Delete);
        return [.. networks.Concat(new[]
        {
            folder.WinnerPlan,
            folder.Latency,
            folder.CalibrationCache,
            folder.Front,
            folder.Sensitivity,
            folder.Result,
            folder.Report,
        })
            .Concat(clean)
            .Concat(extra)
            .Concat(others.Paths)
            .Concat(trained.Paths)
            .Select(Describe)];
    }

    private static ParityFinding? Finding(ParityReport? parity, JobOutcome outcome) =>
        parity is null ? null : ParityFindings.Of(parity) with { WorstChannel = outcome.WorstChannel, Quiet = outcome.Quiet };

    /// <summary>The plans whose files may be made.</summary>
    internal static IEnumerable<Plan> Published(JobOutcome outcome) =>
        outcome.Result.Front.Concat(new[] { outcome.Result.Winner, outcome.Result.Baselines.Int8, outcome.Result.Baselines.Int8Best })
            .OfType<ResultPlan>().Select(measured => measured.Plan);

    private static PublishedArtefact Describe(string path)
    {
        using var file = File.OpenRead(path);
        return new PublishedArtefact(Path.GetFileName(path), Convert.ToHexStringLower(SHA256.HashData(file)), file.Length);
    }

    private LatencyTableFile Latencies(JobOutcome outcome) =>
        new(job.Spec.LatencyContext, outcome.Latencies, outcome.Profile is { } profile ? [profile] : [])
        {
            Finals = outcome.Finals.Count == 0 ? null : outcome.Finals,
        };

    // TensorRT's cache is symmetric and per tensor; it covers every tensor, because TensorRT decides which ones it
    // uses.
    private IEnumerable<(string Tensor, float Amax)> Amax(Plan plan)
    {
        var setup = job.Setup;
        string usual = plan.Groups.FirstOrDefault(group => group.Format.IsCalibrated)?.Calibrator
            ?? job.Spec.Options.CanonicalMethods[0];
        var settings = setup.Translator.Settings(plan);
        var points = setup.Resolver.Resolve(settings).Layout.Points;
        return setup.Statistics.Names.Select(tensor => (
            tensor,
            CalibrationMethod.Parse(points.TryGetValue(tensor, out var point) ? settings[point.Group].Calibrator : usual)
                .AbsoluteMaximum(setup.Statistics.Get(tensor))));
    }
}
