namespace Cluster.Learning.FineTuning.Checkpoints;

/// <summary>
/// The checkpoints of one training: the current state, and the start of its epoch, to which a training whose numbers stop being finite
/// returns (the same point whether it was interrupted or not). Without a folder they are kept in memory.
/// </summary>
internal sealed class CheckpointFolder(StateFolder? folder, string identity)
{
    private Checkpoint? _epoch;

    private string? Latest => folder is null ? null : Path.Combine(folder.Path, "training.checkpoint");

    private string? Epoch => folder is null ? null : Path.Combine(folder.Path, "epoch.checkpoint");

    /// <summary>The checkpoints to resume from, the newest one and its epoch's start, or null if there are none.</summary>
    /// <param name="iteration">The iteration of a checkpoint.</param>
    /// <exception cref="KernelException">They are damaged, or of another training.</exception>
    public Checkpoint? Open(Func<Checkpoint, long> iteration)
    {
        if (folder is null)
        {
            return null;
        }

        Directory.CreateDirectory(folder.Path);
        _epoch = Own(Epoch!);
        var latest = Own(Latest!);

        // The process may have ended between writing the two.
        return _epoch is null ? null : latest is not null && iteration(latest) > iteration(_epoch) ? latest : _epoch;
    }

    public void SaveEpoch(Checkpoint checkpoint)
    {
        _epoch = checkpoint;
        folder?.Write(Epoch!, CheckpointFile.Encode(checkpoint));
    }

    public void SaveLatest(Checkpoint checkpoint) => folder?.Write(Latest!, CheckpointFile.Encode(checkpoint));

    /// <summary>The state at the start of the epoch.</summary>
    public Checkpoint EpochStart => _epoch ?? throw new InvalidOperationException("No epoch has begun.");

    private Checkpoint? Own(string path)
    {
        var checkpoint = CheckpointFile.Read(path);
        return checkpoint is null || checkpoint.Identity == identity
            ? checkpoint
            : throw new DamagedFileException(
                $"{path} belongs to a training of another plan, of other images or with other options; give another folder, or "
                + "remove this one to train from the beginning.");
    }
}

/// <summary>A snapshot of a training: everything that its remainder depends on.</summary>
/// <param name="Identity">Digest of network, data and options; a checkpoint of another training is refused.</param>
/// <param name="State">JSON of everything that is not a tensor.</param>
/// <param name="Tensors">By name, row-major.</param>
internal sealed record Checkpoint(string Identity, string State, IReadOnlyDictionary<string, float[]> Tensors);

/// <summary>A checkpoint as a <see cref="SealedFile{THeader}"/>: the body has the tensors' elements in the header's order.</summary>
internal static class CheckpointFile
{
    private const string Remedy = "remove it to train from the beginning";

    /// <summary>The checkpoint at a path, or null if there is none.</summary>
    /// <exception cref="DamagedFileException">The file is damaged or of another version.</exception>
    public static Checkpoint? Read(string path) => !File.Exists(path)
        ? null
        : Form($"The training checkpoint {path}").Open(File.ReadAllBytes(path), (header, body) => new Checkpoint(
            header.Identity,
            header.State,
            header.Tensors.ToDictionary(tensor => tensor.Name, tensor => body.Take<float>(tensor.Count), StringComparer.Ordinal)));

    public static byte[] Encode(Checkpoint checkpoint)
    {
        var tensors = checkpoint.Tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal).ToArray();
        using var body = new MemoryStream();
        foreach (var (_, values) in tensors)
        {
            body.Write(values);
        }

        return Form(string.Empty).Seal(
            new Header(checkpoint.Identity, checkpoint.State, [.. tensors.Select(tensor => new Stored(tensor.Key, tensor.Value.Length))]),
            body);
    }

    private static SealedFile<Header> Form(string name) =>
        new("CLSTTRNC", 2, name, $"is no training checkpoint; {Remedy}", makeAgain: Remedy, repair: Remedy);

    private sealed record Header(string Identity, string State, IReadOnlyList<Stored> Tensors);

    private sealed record Stored(string Name, int Count);
}
