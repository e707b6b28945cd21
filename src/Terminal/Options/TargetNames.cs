namespace Cluster.Terminal.Options;

/// <summary>The names in `--target A,B`: one job is made for each.</summary>
public static class TargetNames
{
    /// <summary>One name or several, in the order given.</summary>
    /// <exception cref="UsageException">A name is missing or repeated.</exception>
    public static string[] Of(JobOptions options)
    {
        string[] targets = options.Target.Split(',', StringSplitOptions.TrimEntries);
        return targets.Length > 1 && (targets.Contains(string.Empty) || targets.Distinct(StringComparer.Ordinal).Count() < targets.Length)
            ? throw new UsageException($"--target must be different names between commas, not '{options.Target}'.")
            : targets;
    }
}
