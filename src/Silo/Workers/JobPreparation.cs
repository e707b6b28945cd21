using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Journal;
using Cluster.Silo.Jobs;
using Cluster.Silo.Workers.Data;

namespace Cluster.Silo.Workers;

/// <summary>Reads a question's files as its evaluators will, and tells what follows from them.</summary>
internal static class JobPreparation
{
    /// <exception cref="Coordinator.JobException">It cannot be met.</exception>
    /// <exception cref="Kernels.KernelException">Model or data cannot be used.</exception>
    public static async Task<PreparedJob> RunAsync(JobQuestion question, NodeFolders folders, CancellationToken cancellation)
    {
        var request = await new JobFiles(folders).LocateAsync(question, cancellation);
        using var opened = OpenedJob.Open(request, JobFolder.CalibrationIn(folders.Temporary));
        var unsupported = opened.Network.Grouped.Groups
            .Where(group => !group.CanQuantize)
            .SelectMany(group => group.Nodes.Select(node => node.OpType))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        var space = opened.Lazy.Space;
        return new PreparedJob(opened.Spec, space, [.. unsupported], Items(opened.Spec, space), opened.Data.Warnings);
    }

    /// <summary>The first round's measurements, and the strategy's guess of those after it.</summary>
    public static int Items(JobSpec spec, SearchSpace space)
    {
        var begun = JobState.Fold([new JobSubmitted(spec.JobId, spec, space)])!;
        return new GreedyStrategy().Next(begun) is ProposedRound round ? round.Items.Count + round.EstimatedLater : 0;
    }
}
