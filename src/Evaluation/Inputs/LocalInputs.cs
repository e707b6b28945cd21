namespace Cluster.Evaluation.Inputs;

/// <summary>A job's files on this machine, in the form that a user would type.</summary>
public sealed record LocalInputs
{
    /// <summary>Path of the FP32 ONNX file.</summary>
    public required string Model { get; init; }

    /// <summary>
    /// Calibration images, a data SPEC like the next three; a search splits them into calibration and evaluation if
    /// <see cref="Evaluation"/> is null. Null only where a given plan has its numbers.
    /// </summary>
    public required string? Calibration { get; init; }

    /// <summary>Labelled images that the search decides on; null: split off <see cref="Calibration"/>.</summary>
    public string? Evaluation { get; init; }

    /// <summary>Labelled images that only the winner is measured on; null for none.</summary>
    public string? Test { get; init; }

    /// <summary>Labelled images that the winner is fine-tuned on; read only if a job may be fine-tuned.</summary>
    public string? Training { get; init; }

    /// <summary>Path of the preprocessing; null: the one next to the model.</summary>
    public string? Preprocess { get; init; }

    /// <summary>Whether <see cref="JobOptions.MetricCommand"/> may be run: only if the user who typed it runs this process.</summary>
    public bool RunsCommands { get; init; }

    /// <summary>Whether the model may have data in other files of its folder: likewise, as uploads share a folder.</summary>
    public bool IsModelApart { get; init; }

    /// <summary>The sizes of what the model leaves free.</summary>
    public FreeInputs Sizes(JobOptions options) =>
        new(Calibration, Access.Calibration, Preprocess)
        {
            Given = GivenInputs.Of(options),
            Others = [(Evaluation, Access.Evaluation), (Test, Access.Test)],
        };

    /// <summary>The locations that images may be read from.</summary>
    public JobAccess Access { get; init; } = JobAccess.Anywhere;
}

/// <summary>The files that each of a job's data sets may be read from.</summary>
public sealed record JobAccess(DataAccess Calibration, DataAccess Evaluation, DataAccess Test, DataAccess Training)
{
    /// <summary>For a user's own job on the user's own machine.</summary>
    public static JobAccess Anywhere { get; } = new(DataAccess.Anywhere, DataAccess.Anywhere, DataAccess.Anywhere, DataAccess.Anywhere);
}
