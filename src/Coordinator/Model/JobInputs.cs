namespace Cluster.Coordinator.Model;

/// <summary>
/// The locations of the files that a spec names by digest, as the command line, a client or a store gives them. Not part of a job's
/// identity: the same bytes elsewhere give the same winner.
/// </summary>
public sealed record JobInputs
{
    /// <summary>The FP32 ONNX file: the SHA-256 of an artefact, or, in a job of this process, a path.</summary>
    public required string Model { get; init; }

    /// <summary>
    /// Images that ranges and corrections are estimated on; without <see cref="Evaluation"/>, a search splits a part off for that. Null
    /// only where a given plan has its numbers.
    /// </summary>
    public required DataLocation? Calibration { get; init; }

    /// <summary>Labelled images that the search uses, or null if they are a part of the calibration set.</summary>
    public DataLocation? Evaluation { get; init; }

    /// <summary>Labelled images used once, for the winner.</summary>
    public DataLocation? Test { get; init; }

    /// <summary>Labelled images that the winner is fine-tuned on.</summary>
    public DataLocation? Training { get; init; }

    /// <summary>
    /// How images become input tensors: the JSON text, or null if the sets themselves define it. In a job of this process a path; null: the
    /// one next to the model.
    /// </summary>
    public string? Preprocess { get; init; }
}
