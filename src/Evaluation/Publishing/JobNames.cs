using Cluster.Evaluation.Inputs;

namespace Cluster.Evaluation.Publishing;

/// <summary>The user's names for a job's model, data and files, wherever this process really reads them from.</summary>
public sealed record JobNames
{
    /// <summary>The model as the user would type it.</summary>
    public required string Model { get; init; }

    /// <summary>The model's file name.</summary>
    public string ModelFile => Path.GetFileName(Model);

    /// <summary>Data spec of the calibration images.</summary>
    public required string Calibration { get; init; }

    /// <summary>Data spec of the evaluation images; null if they were split off the calibration images.</summary>
    public string? Evaluation { get; init; }

    /// <summary>Data spec of the test images; null for none.</summary>
    public string? Test { get; init; }

    /// <summary>Data spec of the training images; null for none.</summary>
    public string? Training { get; init; }

    /// <summary>The command line that the report gives for repeating the job.</summary>
    public required string CommandLine { get; init; }

    /// <summary>The folder that file names are relative to; null: the current one, if that is shorter.</summary>
    public string? Root { get; init; }

    /// <summary>The names of a local job: as typed.</summary>
    public static JobNames Of(JobRequest request, string commandLine) => new()
    {
        Model = request.Inputs.Model,
        Calibration = request.Inputs.Calibration,
        Evaluation = request.Inputs.Evaluation,
        Test = request.Inputs.Test,
        Training = request.Inputs.Training,
        CommandLine = commandLine,
    };

    /// <summary>A file's name as the user would type it.</summary>
    public string Shown(string path)
    {
        string relative = Path.GetRelativePath(Root ?? Environment.CurrentDirectory, path);
        return Root is not null || relative.Length < path.Length ? relative : path;
    }
}
