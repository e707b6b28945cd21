namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>The written file.</summary>
/// <param name="ExactOn">Where its integer products are exact, proved from its codes: "every x86", or the restriction in its metadata; null
/// if it has none.</param>
public sealed record QuantizeOutput(string Path, string Sha256, long SizeBytes, string? ExactOn = null)
{
    /// <summary>Copies the preprocessing next to a model to where it belongs to a file made of it, unless that is there.</summary>
    internal static void CopyPreprocess(string model, string output, bool force)
    {
        var (own, beside) = (PreprocessPlace.Beside(model), PreprocessPlace.Beside(output));
        if (File.Exists(own) && (force || !File.Exists(beside)))
        {
            AtomicFile.Write(beside, File.ReadAllText(own));
        }
    }

    /// <summary>Writes a file, and says so.</summary>
    internal static QuantizeOutput Write(string path, ModelFile file, Action<string> say)
    {
        ModelFiles.Write(path, file);
        say($"wrote {path}");
        return new QuantizeOutput(path, file.Digest, file.Length);
    }
}
