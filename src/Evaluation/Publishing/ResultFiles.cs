using Cluster.Reporting;

namespace Cluster.Evaluation.Publishing;

/// <summary>The files of a finished job for people and scripts: result.json, the report, the tables as CSV.</summary>
/// <param name="winner">The winner's file.</param>
internal sealed class ResultFiles(
    OpenedJob job, JobFolder folder, JobNames names, JobOutcome outcome, ParityFinding? parity, FrontFiles others, BuiltArtefact winner)
{
    public void Write()
    {
        var setup = job.Setup;
        var model = ReportModels.Of(job, folder, names, outcome, parity) with
        {
            Activations = ActivationSpreads.Of(winner.Network, setup.Translator.Settings(outcome.Winner.Plan), setup.Statistics),
        };
        AtomicFile.Write(folder.Front, CsvFiles.Front(model));
        AtomicFile.Write(folder.Sensitivity, CsvFiles.Sensitivity(model));
        AtomicFile.Write(folder.Result, Document().Format());
        AtomicFile.Write(folder.Report, HtmlReport.Write(model));
    }

    private ResultDocument Document()
    {
        string? measured = outcome.Winner.Accuracy?.ArtefactSha256;
        var stages = job.Timings;
        var document = ResultBuilder.Build(
            outcome,
            names.ModelFile,
            job.Network.Content.Length,
            sha256 => sha256 == measured ? Path.GetFileName(folder.WinnerModel) : others.NameOf(sha256),
            parity,
            new ResultTimings(
                stages[^1].Duration.TotalSeconds,
                stages.SkipLast(1).ToDictionary(stage => stage.Stage, stage => stage.Duration.TotalSeconds, StringComparer.Ordinal)));
        document = document with { Model = document.Model with { Widened = job.Network.Widened, TimedShape = job.TimedShape } };
        return document.Winner.Artefact is { } artefact
            ? document with { Winner = document.Winner with { Artefact = artefact with { ExactOn = winner.ExactOn } } }
            : document;
    }
}
