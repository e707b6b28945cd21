using Cluster.Reporting;

namespace Cluster.Evaluation.Publishing;

/// <summary>The files of a finished job for people and scripts: result.json, the report, the tables as CSV.</summary>
/// <param name="others">The file of an artefact other than the winner's, by its SHA-256, relative to the job's folder; null if there is
/// none.</param>
/// <param name="winner">The winner's file.</param>
internal sealed class ResultFiles(
    OpenedJob job,
    JobFolder folder,
    JobNames names,
    JobOutcome outcome,
    ParityFinding? parity,
    Func<string, string?> others,
    BuiltArtefact winner)
{
    public void Write()
    {
        var setup = job.Setup;
        string? measured = outcome.Winner.Accuracy?.ArtefactSha256;
        var model = ReportModels.Of(
            job,
            folder,
            names,
            outcome,
            sha256 => sha256 == measured ? Path.GetFileName(folder.WinnerModel) : others(sha256),
            parity);
        var result = model.Result;
        model = model with
        {
            Result = result with
            {
                Winner = result.Winner with
                {
                    Artefact = result.Winner.Artefact is { } artefact ? artefact with
                    {
                        ExactOn = winner.ExactOn,
                        LeastRuntime = winner.LeastRuntime,
                        Layers = winner.Network?.Layers,
                        Form = winner.Form,
                        Forms = Forms(winner, setup.Network.Grouped),
                        Input = winner.Pixels,
                        Python = winner.Pixels is null ? null : model.Python,
                    } : null,
                },
            },
            Activations = ActivationSpreads.Of(winner.Network, setup.Translator.Settings(outcome.Winner.Plan), setup.Statistics),
        };
        AtomicFile.Write(folder.Front, CsvFiles.Front(model));
        AtomicFile.Write(folder.Sensitivity, CsvFiles.Sensitivity(model));
        AtomicFile.Write(folder.Result, model.Result.Format());
        AtomicFile.Write(folder.Report, HtmlReport.Write(model));
    }

    // By group, as the report speaks of groups.
    private static Dictionary<string, string>? Forms(BuiltArtefact winner, GroupedGraph graph)
    {
        var words = winner.Forms.ToLookup(form => form.Layer, form => form.Words, StringComparer.Ordinal);
        var forms = graph.Groups
            .Select(group => (group.Name, Words: string.Join("; ", group.Nodes.SelectMany(node => words[node.Name]))))
            .Where(group => group.Words.Length > 0)
            .ToDictionary(StringComparer.Ordinal);
        return forms.Count > 0 ? forms : null;
    }
}
