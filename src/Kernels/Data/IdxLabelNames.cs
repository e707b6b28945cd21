namespace Cluster.Kernels.Data;

/// <summary>The names under which the labels of an IDX image file are looked for beside it.</summary>
internal static class IdxLabelNames
{
    /// <summary>E.g. train-images-idx3-ubyte.gz: train-labels-idx1-ubyte.gz, train-labels-idx1-ubyte; none for a name without "images".</summary>
    public static IEnumerable<string> Beside(string imagesPath)
    {
        string folder = Path.GetDirectoryName(imagesPath)!;
        string name = Path.GetFileName(imagesPath);
        int at = name.LastIndexOf("images", StringComparison.Ordinal);
        if (at < 0)
        {
            yield break;
        }

        string renamed = $"{name[..at]}labels{name[(at + "images".Length)..]}";
        string oneDimensional = renamed.Replace("idx3", "idx1", StringComparison.Ordinal).Replace("idx4", "idx1", StringComparison.Ordinal);
        foreach (string candidate in new[] { oneDimensional, renamed }.Distinct(StringComparer.Ordinal))
        {
            yield return Path.Combine(folder, candidate);
            yield return Path.Combine(folder, candidate.EndsWith(".gz", StringComparison.Ordinal) ? candidate[..^3] : $"{candidate}.gz");
        }
    }
}
