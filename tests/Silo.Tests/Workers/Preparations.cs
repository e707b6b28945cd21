using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;

namespace Cluster.Silo.Tests.Workers;

/// <summary>The reading of new jobs' files, by a worker.</summary>
internal static class Preparations
{
    /// <summary>A job as it is accepted, before its files are read.</summary>
    public static JobEntry Unprepared(JobInputs inputs, JobOptions options)
    {
        var (spec, space) = JobEntry.Unprepared(inputs, options);
        return new JobEntry { Id = "job-new", CreatedAt = DateTimeOffset.UnixEpoch, Spec = spec, Space = space, Inputs = inputs };
    }

    public static async Task<PreparedResult> PrepareAsync(
        this ISlotWorker worker, JobInputs inputs, JobOptions options, CancellationToken cancellation) =>
        await worker.ReadAsync(inputs, options, cancellation) is var read && read is FailedResult failed
            ? throw new ShouldAssertException($"{failed}")
            : read.ShouldBeOfType<PreparedResult>();

    public static async Task<RefusedResult> RefuseAsync(
        this ISlotWorker worker, JobInputs inputs, JobOptions options, CancellationToken cancellation) =>
        (await worker.ReadAsync(inputs, options, cancellation)).ShouldBeOfType<RefusedResult>();

    private static Task<WorkResult> ReadAsync(
        this ISlotWorker worker, JobInputs inputs, JobOptions options, CancellationToken cancellation) =>
        worker.ExecuteAsync(Unprepared(inputs, options), new PrepareItem(), [], cancellation);
}
