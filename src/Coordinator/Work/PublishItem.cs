namespace Cluster.Coordinator.Work;

/// <summary>
/// Make the files of a job with a selected winner: export, parity gate, report. They describe its journal, which comes with the item.
/// Repeated after a crash, it makes the same files.
/// </summary>
/// <param name="Context">The job's identity (<see cref="Model.JobSpec.JobId"/>).</param>
public sealed record PublishItem(string Context) : WorkItem(Context)
{
    /// <summary>The <see cref="WorkItem.StepSequence"/> of a job's publishing.</summary>
    public const int Sequence = -1;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int? StepSequence => Sequence;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => "winner's files";
}

/// <summary>The published files.</summary>
/// <param name="Artefacts">In the order of publishing.</param>
public sealed record PublishedResult(IReadOnlyList<PublishedArtefact> Artefacts) : WorkResult;

/// <summary>A file of a job's result.</summary>
/// <param name="Name">Its role, such as "winner.qdq.onnx".</param>
/// <param name="Sha256">Digest of its bytes.</param>
/// <param name="SizeBytes">Its size.</param>
public sealed record PublishedArtefact(string Name, string Sha256, long SizeBytes);
