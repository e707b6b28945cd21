using Cluster.Coordinator.Model.Options;
using Cluster.Plans;
using Cluster.Silo.Tests.Reconstruction;
using Cluster.Tests;

namespace Cluster.Silo.Tests.Workers;

/// <summary>Jobs on a network as it is and equalized, one after the other on a node that keeps calibrations for all jobs.</summary>
public sealed class EqualizedWorkTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly WorkFolder _second = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _second.Dispose();
    }

    [Fact]
    public async Task RunAsync_Equalize_HasACalibrationOfItsOwn()
    {
        var plain = await RunAsync(_folder, null);
        var equalized = await RunAsync(_second, ChannelScaling.On);

        plain.Plan().BuiltFrom.Prepared.ShouldBeNull();
        var built = equalized.Plan().BuiltFrom;
        built.Prepared.ShouldBe(BuiltFrom.Equalized);
        built.Calibration.ShouldNotBe(plain.Plan().BuiltFrom.Calibration);
        Directory.EnumerateDirectories(Children.Folders(_folder).Calibrations).Count().ShouldBe(2);
        equalized.Artefacts["winner.qdq.onnx"].Sha256.ShouldBe(equalized.Outcome.Winner.Accuracy!.ArtefactSha256);

        // Each has a store of its own, and both the node's folder of calibrations.
        async Task<WorkerRun> RunAsync(WorkFolder place, ChannelScaling? equalize) => await WorkerRun.OfAsync(
            place,
            Children.Options(place) with { Folders = Children.Folders(place) with { Cache = _folder["cache"], Shared = [place.Root] } },
            await GlyphInputs.WriteAsync(place),
            new JobOptions
            {
                Methods = ["max"],
                BopsBudget = 160_000_000,
                Batch = 8,
                Reconstruct = ReconstructionMode.Never,
                Equalize = equalize,
            },
            Cancellation);
    }
}
