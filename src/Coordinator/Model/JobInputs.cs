namespace Cluster.Coordinator.Model;

/// <summary>
/// Where nodes find what a spec names by digest. Not part of a job's identity: the same bytes elsewhere give the same
/// winner.
/// </summary>
public sealed record JobInputs
{
    /// <summary>The FP32 ONNX file: the SHA-256 of an artefact, or, in a job of this process, a path.</summary>
    public required string Model { get; init; }

    /// <summary>
    /// Images that ranges and corrections are estimated on; without <see cref="Evaluation"/>, a part is kept apart for
    /// that.
    /// </summary>
    public required DataLocation Calibration { get; init; }

    /// <summary>Labelled images that the search looks at, or null where they are a part of the calibration set.</summary>
    public DataLocation? Evaluation { get; init; }

    /// <summary>Labelled images looked at once, for the winner.</summary>
    public DataLocation? Test { get; init; }

    /// <summary>Labelled images that the winner is fine-tuned on.</summary>
    public DataLocation? Training { get; init; }

    /// <summary>How images become input tensors: the JSON text, or null for what the sets themselves say.</summary>
    public string? Preprocess { get; init; }
}
