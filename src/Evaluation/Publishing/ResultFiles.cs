using Cluster.Coordinator.Results;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;
using Cluster.Kernels.Evaluation.Parity;
using Cluster.Reporting;
using Cluster.Reporting.Models;
using Cluster.Storage.Files;

namespace Cluster.Evaluation.Publishing;

/// <summary>What people and scripts read of a finished job: result.json, the report, the tables as CSV.</summary>
internal sealed class ResultFiles(
    OpenedJob job, JobFolder folder, JobNames names, JobOutcome outcome, ParityReport? parity, FrontFiles others)
{
    public void Write()
    {
        var model = ReportModels.Of(job, folder, names, outcome, parity is null ? null : Summary(parity));
        AtomicFile.Write(folder.Front, CsvFiles.Front(model));
        AtomicFile.Write(folder.Sensitivity, CsvFiles.Sensitivity(model));
        AtomicFile.Write(folder.Result, Document().Format());
        AtomicFile.Write(folder.Report, HtmlReport.Write(model));
    }

    private ResultDocument Document()
    {
        string? winner = outcome.Winner.Accuracy?.ArtefactSha256;
        var worst = parity?.Tensors.MinBy(tensor => tensor.ExactShare);
        var stages = job.Timings;
        return ResultBuilder.Build(
            outcome,
            names.ModelFile,
            job.Network.Bytes.LongLength,
            sha256 => sha256 == winner ? Path.GetFileName(folder.WinnerModel) : others.NameOf(sha256),
            parity is null
                ? null
                : new ResultParity(
                    parity.Passed,
                    parity.Images,
                    parity.Tensors.Select(tensor => tensor.LargestStep).DefaultIfEmpty(0).Max(),
                    worst?.ExactShare ?? 1,
                    (double)parity.TopOneAgree / parity.Images,
                    worst is { Different: > 0 } ? worst.Group : null),
            new ResultTimings(
                stages[^1].Duration.TotalSeconds,
                stages.SkipLast(1).ToDictionary(stage => stage.Stage, stage => stage.Duration.TotalSeconds, StringComparer.Ordinal)));
    }

    private static ReportParity Summary(ParityReport report)
    {
        var worst = report.Tensors.MinBy(tensor => tensor.ExactShare);
        return new ReportParity(
            report.Images, report.TopOneAgree, report.QuantizeNodes, report.Tensors.Count, worst?.Tensor, worst?.ExactShare ?? 1,
            report.Tensors.Select(tensor => tensor.LargestStep).DefaultIfEmpty(0).Max(), report.Failure);
    }
}
