using Cluster.Evaluation.Measuring;

namespace Cluster.Evaluation.Tests.Measuring;

public sealed class RangesMeasurerTests
{
    [Fact]
    public async Task Evaluate_ImagesOfTheSameKind_FitEveryRange()
    {
        using var sample = Sample.Small();
        var plan = sample.Int8();

        var found = await sample.EvaluateAsync<RangesResult>(new RangesItem("c", plan));

        found.Tensors.Select(tensor => tensor.Group).Distinct().ShouldBeSubsetOf(sample.Groups);
        found.Tensors.ShouldAllBe(tensor => !tensor.HasDrifted);
        found.Inputs.ShouldHaveSingleItem().HasMoved.ShouldBeFalse();
    }

    [Fact]
    public void Measure_ValuesBeyondWhatWasCalibrated_AreNamedWithTheirGroup()
    {
        // Calibrated on the dark half of the pixels alone.
        var random = new Random(5);
        byte[] dark = new byte[16 * 32];
        byte[] bright = new byte[16 * 40];
        random.NextBytes(dark);
        random.NextBytes(bright);
        using var sample = new Sample(
            Sample.SmallGraph(), Array.ConvertAll(dark, pixel => (byte)(pixel / 8)), bright, [.. Enumerable.Repeat((byte)0, 40)]);

        var found = new RangesMeasurer(sample.Setup).Measure(new RangesItem("c", sample.Int8()), CancellationToken.None);

        var input = found.Tensors.Single(tensor => tensor.Tensor == "x");
        input.HasDrifted.ShouldBeTrue();
        input.Group.ShouldBe(sample.Groups.First());
        input.Beyond.ShouldBe(Array.FindAll(bright, pixel => pixel > 31).Length / (double)bright.Length, 0.03);
        found.Inputs.ShouldHaveSingleItem().HasMoved.ShouldBeTrue();
    }
}
