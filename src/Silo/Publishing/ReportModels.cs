using Cluster.Coordinator;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Storage;
using Cluster.Silo.Jobs;
using Cluster.Silo.Reports;

namespace Cluster.Silo.Publishing;

/// <summary>Joins what the search found with what only its host knows.</summary>
internal static class ReportModels
{
    public static ReportModel Of(LocalJob job, JobOutcome outcome, ReportParity? parity, string commandLine)
    {
        var request = job.Request;
        var versions = job.Spec.Versions;
        return new ReportModel
        {
            Outcome = outcome,
            ModelName = Path.GetFileNameWithoutExtension(request.Model),
            ModelPath = request.Model,
            Data = [.. Data(job)],
            Machine = MachineDescription.Summary(),
            CommandLine = commandLine,
            NextCommand = Next(job),
            Parity = parity,
            Timings = job.Timings,
            Versions = [new("numerics", versions.Numerics), new("runtime", versions.Runtime), new("instruction set", versions.InstructionSet)],
            Files = [.. Files(job)],
            Evaluated = Evaluated(job),
        };
    }

    private static IReadOnlyList<Coordinator.Search.PlanMeasurement> Evaluated(LocalJob job) =>
        JobState.Fold(FileJournal.ReadOnly(job.Folder.Journal).Select(record => record.Event)) is { } state ? EvaluatedPlans.Of(state) : [];

    private static IEnumerable<ReportData> Data(LocalJob job)
    {
        var data = job.Data;
        string calibration = job.Request.Calibration;
        string evaluation = job.Request.Evaluation ?? $"{calibration} (the rest of a seeded split)";
        yield return new ReportData(DataRole.Calibration, calibration, data.Calibration.Images.Count, data.Digests.Calibration);
        yield return new ReportData(DataRole.Evaluation, evaluation, data.Evaluation.Images.Count, data.Digests.Evaluation);
        if (data.Test is { } test)
        {
            yield return new ReportData(DataRole.Test, job.Request.Test ?? "", test.Images.Count, data.Digests.Test ?? "");
        }
    }

    private static string Next(LocalJob job) =>
        $"./cluster quantize --model {job.Request.Model} --plan {Shown(job.Folder.WinnerPlan)} --calibration {Shown(job.Folder.Calibration)} -o q.onnx";

    private static IEnumerable<ReportFile> Files(LocalJob job)
    {
        var folder = job.Folder;
        yield return new ReportFile(Shown(folder.WinnerModel), "the network to deploy");
        yield return new ReportFile(Shown(folder.Report), "this report");
        yield return new ReportFile(Shown(folder.Result), "the result for scripts");
        yield return new ReportFile(Shown(folder.WinnerPlan), "the plan, to build the network again");
        yield return new ReportFile(Shown(folder.Calibration), "calibration statistics and corrected biases");
        yield return new ReportFile(Shown(folder.CalibrationCache), "calibration cache for TensorRT");
        yield return new ReportFile(Shown(folder.Latency), "every latency observation, for --latency-table");
        yield return new ReportFile(Shown(folder.Front), "the front");
        yield return new ReportFile(Shown(folder.Sensitivity), "sensitivity of each group");
        yield return new ReportFile(Shown(folder.Journal), "the journal");
    }

    // As the user would type it: relative where that is shorter.
    private static string Shown(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.Length < path.Length ? relative : path;
    }
}
