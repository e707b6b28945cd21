using System.Text.Json;
using Cluster.Kernels.Plans;

namespace Cluster.Kernels.Learning.Reconstruction;

/// <summary>
/// Finished blocks in a folder, so that an interrupted run resumes after the last one: for each a file of learned
/// parameters and an outcome, each written beside and renamed. A block counts when its outcome is there. The folder's
/// name holds the digest of everything the result depends on, so nothing of another reconstruction is ever taken over.
/// </summary>
internal sealed class ReconstructionState
{
    private const int DigestLetters = 16;
    private readonly string? _folder;

    public ReconstructionState(string? folder, string digest)
    {
        if (folder is not null)
        {
            _folder = Path.Combine(folder, $"reconstruction-{digest[..DigestLetters]}");
            Directory.CreateDirectory(_folder);
        }
    }

    public bool TryLoad(ReconstructionPhase phase, int block, out LearnedParameters learned, out BlockOutcome outcome)
    {
        learned = new LearnedParameters();
        outcome = new BlockOutcome(string.Empty, phase.Name, 0, 0, false, 0, 0, 0);
        if (_folder is null || !File.Exists(OutcomePath(phase, block)))
        {
            return false;
        }

        try
        {
            outcome = JsonSerializer.Deserialize<BlockOutcome>(File.ReadAllBytes(OutcomePath(phase, block)))
                ?? throw new JsonException("it is empty");
            using var file = File.OpenRead(NumbersPath(phase, block));
            learned = LearnedParameters.Load(file);
            return true;
        }
        catch (Exception failure) when (failure is JsonException or IOException)
        {
            throw new KernelException(
                $"The finished block {block} in '{_folder}' cannot be read ({failure.Message}); delete that folder to begin anew.",
                failure);
        }
    }

    public void Save(ReconstructionPhase phase, int block, LearnedParameters learned, BlockOutcome outcome)
    {
        if (_folder is null)
        {
            return;
        }

        using var numbers = new MemoryStream();
        learned.Save(numbers);
        Write(NumbersPath(phase, block), numbers.ToArray());
        Write(OutcomePath(phase, block), JsonSerializer.SerializeToUtf8Bytes(outcome));
    }

    private static void Write(string path, byte[] bytes)
    {
        string temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private string NumbersPath(ReconstructionPhase phase, int block) => Path.Combine(_folder!, $"{phase.Name}-{block:D4}.learned");

    private string OutcomePath(ReconstructionPhase phase, int block) => Path.Combine(_folder!, $"{phase.Name}-{block:D4}.json");
}
