using Cluster.Coordinator.Journal;

namespace Cluster.Evaluation.Publishing;

/// <summary>Combines the search's results with facts that only its host knows.</summary>
public static class ReportModels
{
    /// <summary>Makes the model of a job's report.</summary>
    /// <param name="parity">The parity gate's findings; null if the winner is FP32 or the gate has not run.</param>
    public static ReportModel Of(OpenedJob job, JobFolder folder, JobNames names, JobOutcome outcome, ParityFinding? parity)
    {
        var versions = job.Spec.Versions;
        return new ReportModel
        {
            Outcome = outcome,
            ModelName = Path.GetFileNameWithoutExtension(names.ModelFile),
            ModelPath = names.Inputs.Model,
            Data = [.. Data(job, names)],
            Machine = MachineDescription.Summary(),
            TimedShape = job.TimedShape,
            CommandLine = names.CommandLine,
            NextCommand = Next(folder, names, outcome),
            Parity = parity,
            Timings = job.Timings,
            Versions =
            [
                new("numerics", versions.Numerics), new("runtime", versions.Runtime), new("instruction set", versions.InstructionSet)
            ],
            Files = [.. Files(job, folder, names, outcome)],
            Float32File = outcome.Given is null ? null
                : names.Shown(outcome.Winner.Plan.IsBaseline ? folder.WinnerModel : folder.Float32Model),
            Evaluated = outcome.Evaluated,
        };
    }

    private static IEnumerable<ReportData> Data(OpenedJob job, JobNames names)
    {
        var data = job.Data;
        string calibration = names.Inputs.Calibration!.Spec;
        string evaluation = names.Inputs.Evaluation?.Spec ?? $"{calibration} (the rest of a seeded split)";
        yield return new ReportData(DataRole.Calibration, calibration, data.Calibration.Images.Count, data.Digests.Calibration);
        yield return new ReportData(DataRole.Evaluation, evaluation, data.Evaluation.Images.Count, data.Digests.Evaluation);
        if (data.Test is { } test)
        {
            yield return new ReportData(DataRole.Test, names.Inputs.Test?.Spec ?? "", test.Images.Count, data.Digests.Test ?? "");
        }

        if (data.Training is { } training)
        {
            yield return new ReportData(
                DataRole.Training, names.Inputs.Training?.Spec ?? "", training.Images.Count, data.Digests.Training ?? "");
        }
    }

    private static string Next(JobFolder folder, JobNames names, JobOutcome outcome) =>
        !outcome.Selection.Feasible ? "run it again with what the sentence above names; there is nothing to deploy"
        : outcome.Kind == WinnerKind.Unclear ? names.Again
        : outcome is { Winner.Plan.IsBaseline: true, Given: null } ? $"deploy {names.Inputs.Model} as it is"
        : $"deploy {names.Shown(folder.WinnerModel)}: " + (outcome.Spec.Options.Target.StartsWith("onnxruntime", StringComparison.Ordinal)
            ? $"onnxruntime.InferenceSession(\"{names.Shown(folder.WinnerModel)}\")"
            : "docs/guide/deployment.md says how");

    private static IEnumerable<ReportFile> Files(OpenedJob job, JobFolder folder, JobNames names, JobOutcome outcome)
    {
        yield return new ReportFile(
            names.Shown(folder.WinnerModel),
            outcome.Winner.Plan.IsBaseline ? job.Network.IsWrittenAnew ? "the FP32 network, written anew" : "the unchanged FP32 network"
                : outcome.Selection.Feasible ? $"the network to deploy{Exactness.Words(folder.WinnerModel, outcome.Winner.Plan.Target)}"
                : "closest plan, do not deploy",
            outcome.Winner.Accuracy?.SizeBytes,
            outcome.Winner.Accuracy?.ArtefactSha256);
        if (outcome.Given is not null && !outcome.Winner.Plan.IsBaseline)
        {
            yield return new ReportFile(
                names.Shown(folder.Float32Model), "the FP32 network, written anew", job.Network.Float32Model.Length);
        }

        yield return new ReportFile(names.Shown(folder.Report), "this report");
        yield return new ReportFile(names.Shown(folder.Result), "the result for scripts");
        yield return new ReportFile(names.Shown(folder.WinnerPlan), "the plan, to build the network again");
        yield return new ReportFile(names.Shown(folder.Calibration), "calibration statistics and corrected biases");
        yield return new ReportFile(names.Shown(folder.CalibrationCache), "calibration cache for TensorRT");
        yield return new ReportFile(names.Shown(folder.Latency), "every latency observation, for --latency-table");
        yield return new ReportFile(names.Shown(folder.Front), "the front");
        yield return new ReportFile(names.Shown(folder.Sensitivity), "sensitivity of each group");
        foreach (string file in Directory.EnumerateFiles(folder.Root, "plan-*.qdq.onnx").Order(StringComparer.Ordinal))
        {
            yield return new ReportFile(names.Shown(file), "another plan of the front, or all groups in INT8; its plan lies beside it");
        }

        foreach (string file in Directory.EnumerateFiles(folder.Root, "winner.tensorrt.*").Order(StringComparer.Ordinal))
        {
            yield return new ReportFile(names.Shown(file), "the winner for TensorRT, which nothing here has run");
        }

        foreach (string file in Directory.EnumerateFiles(folder.Root, "winner.paddle.json"))
        {
            yield return new ReportFile(names.Shown(file), "the winner's thresholds for PaddleSlim");
        }

        yield return new ReportFile(names.Shown(folder.Journal), "the journal");
    }
}
