using Cluster.Coordinator.Model;
using Cluster.Plans;

namespace Cluster.Silo.Tests.Workers;

/// <summary>A network that loads and cannot be executed, whose layers are named like errors of a device.</summary>
public sealed class UnexecutableModelTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ExecuteAsync_UnexecutableNetwork_IsNetworkFault()
    {
        var (inputs, options) = await TinyJob.StoreAsync(_folder);
        await using var worker = new ChildProcessWorker(Children.Options(_folder));
        var fine = await worker.PrepareAsync(inputs, options, Cancellation);
        string model = await TinyJob.StoreAsync(_folder, UnexecutableModel.File);

        // As if preparation had let it pass.
        var job = TinyJob.Entry(inputs with { Model = model }, fine with { Spec = fine.Spec with { ModelDigest = model } });
        var failure = (await worker.ExecuteAsync(
            job,
            new AccuracyItem(
                job.Spec.AccuracyContext,
                Plan.Baseline(job.Spec.Options.Target, [.. job.Space.Groups.Select(group => group.Name)]),
                ImageScope.Full),
            Cancellation)).ShouldBeOfType<FailedResult>();

        failure.Kind.ShouldBe(FailureKind.UnsupportedOperator, failure.Reason);
        failure.Reason.ShouldContain(UnexecutableModel.Name);
    }
}
