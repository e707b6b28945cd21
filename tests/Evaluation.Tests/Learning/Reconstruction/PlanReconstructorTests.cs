using Cluster.Evaluation.Learning.Reconstruction;
using Cluster.Evaluation.Tests.Targets;
using Cluster.Learning.Reconstruction;

namespace Cluster.Evaluation.Tests.Learning.Reconstruction;

public sealed class PlanReconstructorTests
{
    [Fact]
    public void Run_TargetThatRefuses_IsAskedAndNotAnotherRuntime()
    {
        using var sample = Sample.Small();
        using var folder = new WorkFolder();
        var usual = sample.Setup;
        var refusing = new ToyTarget { Refuses = true };
        var setup = usual with { Parity = new ParityReports(refusing, usual.Float32, usual.Evaluation, OutputKind.Scores) };
        var plan = sample.Int8(correct: false);

        var outcome = new PlanReconstructor(setup, new AccuracyMeasurer(setup)).Run(
            plan,
            "adaround",
            new ReconstructionOptions { Method = ReconstructionMethod.AdaRound, Iterations = 4, BatchSize = 8 },
            folder.Root,
            progress: null,
            CancellationToken.None);

        outcome.Parity.Failure.ShouldBe(ToyTarget.Refusal);
    }
}
