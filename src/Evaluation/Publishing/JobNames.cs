using Cluster.Coordinator.Journal;

namespace Cluster.Evaluation.Publishing;

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
