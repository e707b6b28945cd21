using System.Diagnostics.CodeAnalysis;

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

    /// <summary>The files of a winner to prove; null: the job searches for one.</summary>
    public DeployedFiles? Deployed { get; init; }

    /// <summary>
    /// How images become input tensors: the JSON text, or null if the sets themselves define it. In a job of this process a path; null: the
    /// one next to the model.
    /// </summary>
    public string? Preprocess { get; init; }
}

/// <summary>The location of a set of images on a node, or as a user types it.</summary>
/// <param name="Spec">A data SPEC such as "folder:calib,labels=val.csv": paths are relative to the tar's root, or absolute if there is no
/// tar.</param>
/// <param name="Artefact">SHA-256 of a tar of the files that the SPEC names, or null if every node shares its absolute paths.</param>
public sealed record DataLocation(string Spec, string? Artefact = null)
{
    /// <summary>What a user typed; null: nothing.</summary>
    [return: NotNullIfNotNull(nameof(spec))]
    public static implicit operator DataLocation?(string? spec) => spec is null ? null : new(spec);

    /// <inheritdoc cref="op_Implicit"/>
    [return: NotNullIfNotNull(nameof(spec))]
    public static DataLocation? FromString(string? spec) => spec;
}
