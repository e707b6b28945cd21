namespace Cluster.Cli.Verbs.Running;

/// <summary>Notes on a job before any of its work, one line each.</summary>
internal static class JobNotes
{
    /// <param name="machine">A warning about the machine, if there is one.</param>
    public static async Task WriteAsync(TextWriter error, OpenedJob job, string? machine = null)
    {
        foreach (string warning in job.Warnings.Concat(new[] { machine }.OfType<string>()))
        {
            await error.WriteLineAsync($"cluster: warning: {warning}");
        }

        if (job.Network.Widened is { } narrow)
        {
            await error.WriteLineAsync($"cluster: parts of the network compute in {InspectTables.Widened(narrow)}");
        }

        foreach (string reading in job.Data.Readings)
        {
            await error.WriteLineAsync($"cluster: {reading}");
        }

        if (job.Decides is { } decides)
        {
            await error.WriteLineAsync($"cluster: {decides}");
        }
    }
}
