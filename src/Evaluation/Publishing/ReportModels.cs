using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Search.Judgements;

namespace Cluster.Evaluation.Publishing;

/// <summary>Combines the search's results with facts that only its host knows.</summary>
public static class ReportModels
{
    /// <summary>Makes the model of a job's report.</summary>
    /// <param name="pathOf">Gives the path of a digest's file relative to the result, or null if it was not kept.</param>
    /// <param name="parity">The parity gate's findings; null if the winner is FP32 or the gate has not run.</param>
    public static ReportModel Of(
        OpenedJob job,
        JobFolder folder,
        JobNames names,
        JobOutcome outcome,
        Func<string, string?>? pathOf = null,
        ParityFinding? parity = null)
    {
        var result = outcome.Result.With(plan => plan.Artefact is { } file
            ? plan with { Artefact = file with { Path = pathOf?.Invoke(file.Sha256) } }
            : plan);
        result = result with
        {
            Parity = parity,
            Timings = job.Timings,
            Warnings = Warnings(job, result),
            Model = result.Model with
            {
                Name = names.ModelFile,
                SizeBytes = job.Network.Content.Length,
                Widened = job.Network.Widened,
                TimedShape = job.TimedShape,
            },
        };
        return new ReportModel(outcome)
        {
            Result = result,
            ModelPath = names.Inputs.Model,
            Data = [.. Data(job, names)],
            Machine = TargetList.Find(result.Job.Target).Agent is { } agent
                ? $"{MachineDescription.Summary()}; timed on {agent.Machine}"
                : MachineDescription.Summary(),
            CommandLine = names.CommandLine,
            NextCommand = Next(folder, names, result),
            Python = IsShipped(result) ? Shipping.Python(
                job, names, names.Shown(folder.WinnerModel), takesPixels: !result.Winner.Plan.IsBaseline) : [],
            CompareCommand = result.Decision.Feasible && Shipping.Earlier(folder, result) is { } earlier
                ? $"./cluster compare {names.Shown(earlier)} {names.Shown(folder.Root)}"
                : null,
            Files = [.. Files(job, folder, names, result)],
            Float32File = result.Baselines.Given is null ? null
                : names.Shown(result.Winner.Plan.IsBaseline ? folder.WinnerModel : folder.Float32Model),
        };
    }

    private static string[]? Warnings(OpenedJob job, ResultDocument result)
    {
        string? batches = RecurrentBatches.Warning(job.Network, job.Spec.Options, result.Winner.Plan);
        string[] all = [.. result.Warnings ?? [], .. new[] { batches }.OfType<string>()];
        return all.Length == 0 ? null : all;
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

    private static string Next(JobFolder folder, JobNames names, ResultDocument result) =>
        !result.Decision.Feasible ? "run it again with what the sentence above names; there is nothing to deploy in FP32's place"
        : result.Decision.Kind == WinnerKind.Unclear ? names.Again
        : result is { Winner.Plan.IsBaseline: true, Baselines.Given: null } ? $"deploy {names.Inputs.Model} as it is"
        : IsShipped(result) ? "ship it"
        : $"deploy {names.Shown(folder.WinnerModel)}: docs/guide/deployment.md says how";

    // In other runtimes and on other devices there is more to say than a few lines.
    private static bool IsShipped(ResultDocument result) => result.Decision is { Feasible: true, Kind: not WinnerKind.Unclear }
        && result is not { Winner.Plan.IsBaseline: true, Baselines.Given: null }
        && result.Job.Target == TargetList.Usual.Name;

    private static IEnumerable<ReportFile> Files(OpenedJob job, JobFolder folder, JobNames names, ResultDocument result)
    {
        yield return new ReportFile(
            names.Shown(folder.WinnerModel),
            result.Winner.Plan.IsBaseline ? job.Network.IsWrittenAnew ? "the FP32 network, written anew" : "the unchanged FP32 network"
                : result.Decision.Feasible ? $"the network to deploy{Exactness.Words(folder.WinnerModel, result.Winner.Plan.Target)}"
                : "closest plan, do not deploy",
            result.Winner.Plan.IsBaseline ? job.Network.Float32Model.Length : result.Winner.SizeBytes,
            result.Winner.Artefact?.Sha256);
        if (result.Baselines.Given is not null && !result.Winner.Plan.IsBaseline)
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

        foreach (string file in folder.TrainedFiles.Where(file => file.EndsWith(".onnx", StringComparison.Ordinal)))
        {
            yield return new ReportFile(names.Shown(file), "trained, and not kept, as the report says; its plan lies beside it");
        }

        foreach (string file in Directory.EnumerateFiles(folder.Root, "winner.tensorrt*").Order(StringComparer.Ordinal))
        {
            string runtime = Path.GetFileName(file).StartsWith($"winner.{ExtraExport.TensorRtStronglyTyped}.", StringComparison.Ordinal)
                ? "TensorRT 11, strongly typed"
                : "TensorRT up to version 10";
            yield return new ReportFile(names.Shown(file), $"the winner for {runtime}, which nothing here has run");
        }

        foreach (string file in Directory.EnumerateFiles(folder.Root, "winner.paddle.json"))
        {
            yield return new ReportFile(names.Shown(file), "the winner's thresholds for PaddleSlim");
        }

        yield return new ReportFile(names.Shown(folder.Journal), "the journal");
    }
}

/// <summary>The processors on which a published file computes the measured numbers, from its own metadata.</summary>
internal static class Exactness
{
    /// <summary>
    /// The consequence for deployment on the target, to follow "the network to deploy"; empty if nothing is stated, or for a GPU.
    /// </summary>
    public static string Words(string path, string target)
    {
        if (TargetList.Find(target).UsesGpu || !File.Exists(path) || OnnxReader.Read(path) is not { } file
            || ProcessorTable.StatedIn(file) is not { } processors)
        {
            return string.Empty;
        }

        string remedy = ProcessorTable.Parts(file).Contains(FilePart.FullProducts)
            ? $" ({JobLimits.Formats.Name} int8-safe: no products saturate)"
            : string.Empty;
        return $", exact on {processors}{remedy}";
    }
}

/// <summary>The user's names for a job's model, data and files, wherever this process really reads them from.</summary>
/// <param name="Inputs">Model and data as the user would type them.</param>
/// <param name="CommandLine">The command line that the report gives for repeating the job.</param>
/// <param name="Root">The folder that file names are relative to; null: the current one, if that is shorter.</param>
/// <param name="Again">What to do to have the finalists timed again.</param>
public sealed record JobNames(
    JobInputs Inputs, string CommandLine, string? Root = null, string Again = WinnerSelected.SubmitAgain)
{
    /// <summary>The model's file name.</summary>
    public string ModelFile => Path.GetFileName(Inputs.Model);

    /// <summary>A file's name as the user would type it.</summary>
    public string Shown(string path)
    {
        string relative = Path.GetRelativePath(Root ?? Environment.CurrentDirectory, path);
        return Root is not null || relative.Length < path.Length ? relative : path;
    }
}
