using Cluster.Coordinator.Model.Options;
using Cluster.Plans;
using Cluster.Silo.Tests.Workers;
using Cluster.Tests;

namespace Cluster.Silo.Tests.Reconstruction;

/// <summary>A whole job on a node's worker whose plans choose from roundings that were learned before.</summary>
public sealed class NodeRepairTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_Repair_IsPublishedWithItsNumbers()
    {
        var inputs = await GlyphInputs.WriteAsync(_folder);
        var children = Children.Options(_folder) with { Folders = Children.Folders(_folder) with { Shared = [_folder.Root] } };

        var run = await WorkerRun.OfAsync(
            _folder,
            children,
            inputs,
            new JobOptions
            {
                Methods = ["max"],
                Formats = ["int8", "w4a8"],
                BopsBudget = 80_000_000,
                Batch = 8,
                Reconstruct = ReconstructionMode.Never,
                Repair = RepairMethod.AdaRound,
                Iterations = 60,
            },
            Cancellation);

        var outcome = run.Outcome;
        outcome.Repairs.Count.ShouldBe(2);
        outcome.Winner.Plan.Groups.ShouldContain(group => group.Repair == outcome.Repairs[1].Learned);
        run.Artefacts["winner.qdq.onnx"].Sha256.ShouldBe(outcome.Winner.Accuracy!.ArtefactSha256, "what is published is what was measured");
        string learned = run.Plan().BuiltFrom.Learned.ShouldNotBeNull();
        run.Artefacts.Keys.Where(name => name.Contains("learned-", StringComparison.Ordinal))
            .ShouldBe([$"calibration/learned-{learned[..16]}.bin"], "of all that was learned, what the winner has");
        Directory.EnumerateDirectories(Children.Folders(_folder).Reconstruction)
            .ShouldBeEmpty("finished layers of a published winner are of no use");
    }
}
