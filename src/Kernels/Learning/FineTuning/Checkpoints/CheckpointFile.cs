namespace Cluster.Kernels.Learning.FineTuning.Checkpoints;

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
