using Cluster.Coordinator;
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
        AtomicFile.Write(job.Folder.Result, ResultDocuments.Of(job, outcome, model.Parity).Format());
        AtomicFile.Write(job.Folder.Report, HtmlReport.Write(model));
    }

    private static ReportParity Summary(ParityReport report)
    {
        var worst = report.Tensors.MinBy(tensor => tensor.ExactShare);
        return new ReportParity(
            report.Images, report.TopOneAgree, report.QuantizeNodes, report.Tensors.Count, worst?.Tensor, worst?.ExactShare ?? 1,
            report.Tensors.Select(tensor => tensor.LargestStep).DefaultIfEmpty(0).Max(), report.Failure);
    }
}
