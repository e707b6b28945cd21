namespace Cluster.Evaluation.Publishing;

/// <summary>
/// The files that were trained and did not become the winner's, each with its plan: trained.qdq.onnx, trained-2.qdq.onnx and so on. The
/// result says why; the parity gate may have refused them.
/// </summary>
internal sealed class TrainedFiles(OpenedJob job, JobFolder folder)
{
    private readonly List<string> _paths = [];
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>Paths of the written files: networks, and each one's plan.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <summary>The file of an artefact, by its SHA-256, relative to the job's folder; null if it was not written.</summary>
    public string? NameOf(string sha256) => _names.GetValueOrDefault(sha256);

    /// <summary>
    /// Writes them, after removing such files of an earlier attempt. Numbers that a step of an earlier version did not keep are left out.
    /// </summary>
    public void Write(JobOutcome outcome, CancellationToken cancellation)
    {
        Array.ForEach(folder.TrainedFiles, File.Delete);
        var numbers = new CalibrationFolder(folder.Calibration);
        foreach (var tuned in outcome.Trained.Where(tuned => File.Exists(numbers.LearnedPath(tuned.Learned))))
        {
            var learned = numbers.ReadLearned(tuned.Learned);
            var artefact = job.Setup.Builder.Build(tuned.Plan, cancellation, learned.Biases, learned);
            string stem = Path.Combine(folder.Root, _names.Count == 0 ? "trained" : $"trained-{_names.Count + 1}");
            var (model, plan) = ($"{stem}.qdq.onnx", $"{stem}.plan.json");
            _paths.AddRange(ModelFiles.Write(model, artefact.File));
            AtomicFile.Write(plan, BuiltPlan.Of(job, folder, tuned.Plan, artefact, tuned.Learned).Format());
            _paths.Add(plan);
            _names[artefact.Sha256] = Path.GetFileName(model);
        }
    }
}
