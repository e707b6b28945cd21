namespace Cluster.Evaluation.Publishing;

/// <summary>The processors on which a published file computes the measured numbers, from its own metadata.</summary>
internal static class Exactness
{
    /// <summary>
    /// The consequence for deployment on the target, to follow "the network to deploy"; empty if nothing is stated, or for a GPU.
    /// </summary>
    public static string Words(string path, string target) => StatedIn(path) switch
    {
        null => string.Empty,
        _ when TargetList.Find(target).UsesGpu => string.Empty,
        SaturatingProducts.EveryX86 => ", exact on every x86",
        var processors => $", exact on {processors} ({JobLimits.Formats.Name} int8-safe: on every x86)",
    };

    private static string? StatedIn(string path) =>
        File.Exists(path) ? SaturatingProducts.StatedIn(OnnxReader.Read(path)) : null;
}
