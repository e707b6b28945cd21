namespace Cluster.Evaluation.Artefacts;

/// <summary>A deployed winner's file, which is measured instead of one built from its plan.</summary>
/// <param name="Plan">Its plan.</param>
/// <param name="File">The file.</param>
/// <param name="Statistics">What its ranges came from.</param>
/// <param name="Corrections">Its corrected biases, if any.</param>
/// <param name="Learned">Its learned numbers; null: none.</param>
internal sealed record DeployedArtefact(
    Plan Plan,
    ModelFile File,
    CalibrationStatistics Statistics,
    IReadOnlyDictionary<string, float[]> Corrections,
    LearnedParameters? Learned)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="JobException">The plan is not one.</exception>
    /// <exception cref="Networks.KernelException">A file is damaged.</exception>
    public static DeployedArtefact Read(DeployedFiles files)
    {
        var learned = files.Learned is { } path ? Load(path, LearnedParameters.Load) : null;
        return new DeployedArtefact(
            PlanFiles.Read(files.Plan).Plan,
            OnnxReader.ReadFile(files.File),
            Load(files.Statistics, CalibrationStatistics.Load),
            files.Corrections is { } biases ? CalibrationFolder.Biases(System.IO.File.ReadAllBytes(biases))
                : learned?.Biases ?? new Dictionary<string, float[]>(StringComparer.Ordinal),
            learned);
    }

    private static T Load<T>(string path, Func<Stream, T> load)
    {
        using var content = System.IO.File.OpenRead(path);
        return load(content);
    }

    /// <summary>What a job needs to know of it.</summary>
    /// <exception cref="JobException">The files are not those of a quantized winner of this network.</exception>
    public static DeployedWinner Describe(DeployedFiles files, string network)
    {
        var plan = PlanFiles.Read(files.Plan);
        var result = ResultDocument.Parse(System.IO.File.ReadAllText(files.Result), Path.GetFileName(files.Result));
        string? refusal = plan.Plan.IsBaseline ? "The winner is FP32 itself, which promised nothing: there is nothing to prove."
            : plan.BuiltFrom.Model != network ? "The winner was made of another network than the one that was given: give its own."
            : result.Winner.PlanDigest != plan.Digest ? "Plan and result are not of one job: give the files of one."
            : !result.Decision.Feasible ? "The job found nothing that keeps its bounds: there is nothing to prove."
            : LeastRuntime.StatedIn(OnnxReader.Read(files.File)) is { } least && Version.Parse(least) > Version.Parse(OrtRuntime.Version)
                ? $"The winner needs ONNX Runtime {least} or newer, and this is {OrtRuntime.Version}: name a newer library."
            : null;
        if (refusal is not null)
        {
            throw new JobException(refusal) { FailsOn = JobFault.Request };
        }

        var (accuracy, sha256) = (result.Winner.Accuracy, OnnxReader.ReadFile(files.File).Digest);
        return new DeployedWinner(
            plan.Plan,
            sha256,
            files.Run,
            result.Winner.Latency?.SpeedUp,
            1 - (accuracy?.Agreement ?? 1),
            accuracy?.Total ?? 0,
            result.Baselines.Fp32.Accuracy is { Correct: { } right, Total: var total } ? (double)right / total : null);
    }
}
