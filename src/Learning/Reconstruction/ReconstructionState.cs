namespace Cluster.Learning.Reconstruction;

/// <summary>
/// Finished blocks in a folder, so that an interrupted run resumes after the last one: for each block a file of learned parameters and an
/// outcome, each written completely or not at all. A block counts once its outcome exists. The folder's name holds the digest of everything
/// the result depends on, so nothing of another reconstruction is ever used.
/// </summary>
internal sealed class ReconstructionState
{
    private const int DigestLetters = 16;
    private readonly string? _folder;
    private readonly Action<string, byte[]>? _write;

    public ReconstructionState(StateFolder? folder, string digest)
    {
        if (folder is not null)
        {
            _folder = Path.Combine(folder.Path, $"reconstruction-{digest[..DigestLetters]}");
            _write = folder.Write;
            Directory.CreateDirectory(_folder);
        }
    }

    /// <summary>What an earlier run learned of a block; null if it did not finish it.</summary>
    public (LearnedParameters Learned, BlockOutcome Outcome)? Load(ReconstructionPhase phase, int block)
    {
        if (_folder is null || !File.Exists(OutcomePath(phase, block)))
        {
            return null;
        }

        try
        {
            var outcome = JsonSerializer.Deserialize<BlockOutcome>(File.ReadAllBytes(OutcomePath(phase, block)))
                ?? throw new JsonException("it is empty");
            using var file = File.OpenRead(NumbersPath(phase, block));
            return (LearnedParameters.Load(file), outcome);
        }
        catch (Exception failure) when (failure is JsonException or IOException)
        {
            throw new DamagedFileException(
                $"The finished block {block} in '{_folder}' cannot be read ({failure.Message}); delete that folder to begin anew.",
                failure);
        }
    }

    public void Save(ReconstructionPhase phase, int block, LearnedParameters learned, BlockOutcome outcome)
    {
        if (_write is null)
        {
            return;
        }

        using var numbers = new MemoryStream();
        learned.Save(numbers);
        _write(NumbersPath(phase, block), numbers.ToArray());
        _write(OutcomePath(phase, block), JsonSerializer.SerializeToUtf8Bytes(outcome));
    }

    private string NumbersPath(ReconstructionPhase phase, int block) => Path.Combine(_folder!, $"{phase.Name}-{block:D4}.learned");

    private string OutcomePath(ReconstructionPhase phase, int block) => Path.Combine(_folder!, $"{phase.Name}-{block:D4}.json");
}
