using Cluster.Coordinator;
using Cluster.Coordinator.Results;
using Cluster.Kernels.Parity;
using Cluster.Silo.Jobs;
using Cluster.Silo.Reports;

namespace Cluster.Silo.Publishing;

/// <summary>What people and scripts read of a finished job: result.json, the report, the tables as CSV.</summary>
internal sealed class ResultFiles(LocalJob job, JobOutcome outcome, ParityReport? parity, string commandLine)
{
    public void Write()
    {
        var model = ReportModels.Of(job, outcome, parity is null ? null : Summary(parity), commandLine);
        AtomicFile.Write(job.Folder.Front, CsvFiles.Front(model));
        AtomicFile.Write(job.Folder.Sensitivity, CsvFiles.Sensitivity(model));
        AtomicFile.Write(job.Folder.Result, Document().Format());
        AtomicFile.Write(job.Folder.Report, HtmlReport.Write(model));
    }

    private ResultDocument Document()
    {
        string? winner = outcome.Winner.Accuracy?.ArtefactSha256;
        var worst = parity?.Tensors.MinBy(tensor => tensor.ExactShare);
        var stages = job.Timings;
        return ResultBuilder.Build(
            outcome,
            Path.GetFileName(job.Network.Path),
            job.Network.Bytes.LongLength,
            sha256 => sha256 == winner ? Path.GetFileName(job.Folder.WinnerModel) : null,
            parity is null
                ? null
                : new ResultParity(
                    parity.Passed, parity.Images, parity.Tensors.Select(tensor => tensor.LargestStep).DefaultIfEmpty(0).Max(), worst?.ExactShare ?? 1,
                    (double)parity.TopOneAgree / parity.Images, worst is { Different: > 0 } ? worst.Group : null),
            new ResultTimings(stages[^1].Duration.TotalSeconds, stages.SkipLast(1).ToDictionary(stage => stage.Stage, stage => stage.Duration.TotalSeconds, StringComparer.Ordinal)));
    }

    private static ReportParity Summary(ParityReport report)
    {
        var worst = report.Tensors.MinBy(tensor => tensor.ExactShare);
        return new ReportParity(
            report.Images, report.TopOneAgree, report.QuantizeNodes, report.Tensors.Count, worst?.Tensor, worst?.ExactShare ?? 1,
            report.Tensors.Select(tensor => tensor.LargestStep).DefaultIfEmpty(0).Max(), report.Failure);
    }
}
