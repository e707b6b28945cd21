using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Work;
using Cluster.Kernels.Graphs;

namespace Cluster.Evaluation.Tests;

public sealed class LocalEvaluatorTests
{
    [Fact]
    public async Task EvaluateAsync_CandidateWithInfiniteLogits_Fails()
    {
        // y = (v·c + 1) / c with c = pixel + 0.1: on black images c is 0.1 in FP32 and code 0 in INT8, whose range goes up to 255.1.
        var graph = Sample.Graph(
            [("w", [1, 1, 1, 1], [1]), ("b", [1], [0.1f]), ("v", [4, 4], Sample.Values(16, 1, 1)), ("o", [4], [1, 1, 1, 1])],
            [
                Sample.Node("Conv", "c", ["x", "w", "b"]), Sample.Node("Flatten", "f", ["c"]),
                Sample.Node("Gemm", "m", ["f", "v", "o"], ("transB", AttributeValue.Of(1L))), Sample.Node("Div", "y", ["m", "f"]),
            ],
            [-1, 1, 2, 2]);
        using var sample = new Sample(graph, [255, 10, 20, 30, 40, 255, 60, 70], new byte[12], [0, 1, 2]);
        var (evaluator, setup) = sample.Evaluator();
        using (setup)
        {
            var int8 = await evaluator.EvaluateAsync(
                new AccuracyItem("context", Int8(sample, "max"), ImageScope.Full), Attempt.Unrecorded, CancellationToken.None);
            var float32 = await evaluator.EvaluateAsync(
                new AccuracyItem("context", Plan.Baseline(Sample.Target, Groups(sample)), ImageScope.Full),
                Attempt.Unrecorded,
                CancellationToken.None);

            var failure = int8.ShouldBeOfType<FailedResult>();
            failure.Kind.ShouldBe(FailureKind.NotFinite);
            failure.Reason.ShouldStartWith("Image 0 of the evaluation set gives ");
            float32.ShouldBeOfType<AccuracyResult>().Total.ShouldBe(3);
        }
    }

    [Fact]
    public async Task EvaluateAsync_AccuracyAndSubset_AgreeBitByBit()
    {
        using var sample = Sample.Small();
        var (evaluator, setup) = sample.Evaluator();
        using (setup)
        {
            var plan = Int8(sample, "mse");
            var scope = ImageScope.Subset(12, 9);

            var full = (await evaluator.EvaluateAsync(
                new AccuracyItem("context", plan, ImageScope.Full),
                Attempt.Unrecorded,
                CancellationToken.None)).ShouldBeOfType<AccuracyResult>();
            var part = (await evaluator.EvaluateAsync(new AccuracyItem("context", plan, scope), Attempt.Unrecorded, CancellationToken.None))
                .ShouldBeOfType<AccuracyResult>();
            var float32 = (await evaluator.EvaluateAsync(
                new AccuracyItem("context", Plan.Baseline(Sample.Target, Groups(sample)), ImageScope.Full),
                Attempt.Unrecorded,
                CancellationToken.None))
                .ShouldBeOfType<AccuracyResult>();

            full.Total.ShouldBe(40);
            full.Correct.ShouldBe(Enumerable.Range(0, 40).Count(image => Bit(full.CorrectBits, image)));
            part.Total.ShouldBe(12);
            int[] indices = scope.Indices(40);
            Enumerable.Range(0, 12).ShouldAllBe(i => Bit(part.CorrectBits, i) == Bit(full.CorrectBits, indices[i]));
            full.Kl.ShouldBeGreaterThan(0);
            full.ArtefactSha256.ShouldBe(part.ArtefactSha256);
            (float32.Kl, float32.Agree).ShouldBe((0, 40));

            // 576 + 256 + 12 multiply-accumulates.
            float32.Bops.ShouldBe(844L * 32 * 32);
            full.Bops.ShouldBe(844L * 8 * 8);
        }
    }

    [Fact]
    public async Task EvaluateAsync_Sensitivity_ScoresEveryGroupOfTheSpace()
    {
        using var sample = Sample.Small();
        var (evaluator, setup) = sample.Evaluator();
        using (setup)
        {
            var result = (await evaluator.EvaluateAsync(
                new SensitivityItem("context", "max", 24), Attempt.Unrecorded, CancellationToken.None)).ShouldBeOfType<SensitivityResult>();

            result.Groups.Select(group => group.Group).ShouldBe(["c1", "c2", "y"]);
            result.Groups.ShouldAllBe(group => group.Total == 24 && group.Kl > 0 && group.SqnrDb > 5);
        }
    }

    [Fact]
    public async Task EvaluateAsync_CalibratorThatDoesNotExist_IsAnInvalidCandidate()
    {
        using var sample = Sample.Small();
        var (evaluator, setup) = sample.Evaluator();
        using (setup)
        {
            var result = await evaluator.EvaluateAsync(
                new AccuracyItem("context", Int8(sample, "median"), ImageScope.Full), Attempt.Unrecorded, CancellationToken.None);

            result.ShouldBeOfType<FailedResult>().Kind.ShouldBe(FailureKind.InvalidCandidate);
        }
    }

    private static bool Bit(byte[] bits, int index) => (bits[index / 8] >> (index % 8) & 1) != 0;

    private static IEnumerable<string> Groups(Sample sample) => sample.Translator.Decided.Select(group => group.Name);

    private static Plan Int8(Sample sample, string calibrator) =>
        Plan.Uniform(GroupFormat.Int8, Sample.Target, Groups(sample), calibrator, biasCorrection: true);
}
