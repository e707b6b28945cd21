namespace Cluster.Silo.Commands;

/// <summary>The text that `--help` shows above the options.</summary>
internal static class CommandHelp
{
    /// <summary>What the command does, and how it is typed.</summary>
    public static string Describe(string what, params string[] examples) =>
        $"{what}\n\nExamples:\n{string.Join('\n', examples.Select(example => $"  ./cluster {example}"))}";
}
