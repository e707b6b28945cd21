using Cluster.Evaluation.Inputs;

namespace Cluster.Evaluation.Publishing;

/// <summary>What a job's model, data and files are called to its user, wherever they lie for the process that reads them.</summary>
public sealed record JobNames
{
    /// <summary>The model as the user would type it.</summary>
    public required string Model { get; init; }

    /// <summary>The model's file name.</summary>
    public string ModelFile => Path.GetFileName(Model);

    public required string Calibration { get; init; }

    public string? Evaluation { get; init; }

    public string? Test { get; init; }

    public string? Training { get; init; }

    public required string CommandLine { get; init; }

    /// <summary>The folder that file names are relative to; null: the current one, where that is shorter.</summary>
    public string? Root { get; init; }

    /// <summary>A local job's: what was typed.</summary>
    public static JobNames Of(JobRequest request, string commandLine) => new()
    {
        Model = request.Inputs.Model,
        Calibration = request.Inputs.Calibration,
        Evaluation = request.Inputs.Evaluation,
        Test = request.Inputs.Test,
        Training = request.Inputs.Training,
        CommandLine = commandLine,
    };

    /// <summary>A file as the user would type it.</summary>
    public string Shown(string path)
    {
        string relative = Path.GetRelativePath(Root ?? Environment.CurrentDirectory, path);
        return Root is not null || relative.Length < path.Length ? relative : path;
    }
}
