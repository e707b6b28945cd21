namespace Cluster.Evaluation.Tests.Inputs;

/// <summary>A file that takes one batch only is what accuracy is compared with, and is timed beside the network that was freed.</summary>
public sealed class OriginalFileTests : IDisposable
{
    private readonly Sample _sample = Sample.Small();

    public void Dispose() => _sample.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)] // 40 samples: the last turn is filled up
    [InlineData(64)]
    public void Logits_FileOfOneBatch_AreThoseOfAnyBatch(int batch)
    {
        var setup = _sample.Setup;
        int classes = setup.Network.Classes;

        float[] free = TargetLogits.Of(setup.Target, setup.Original.File, setup.Evaluation, classes, 1, CancellationToken.None);
        float[] turns = TargetLogits.Of(setup.Target, Fixed(batch).File, setup.Evaluation, classes, 1, CancellationToken.None);

        free.Length.ShouldBe(40 * classes);
        turns.Length.ShouldBe(free.Length);
        turns.Zip(free).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-4f * (1 + Math.Abs(pair.Second)));
    }

    [Fact]
    public void Given_FileItselfIsTheBaseline_IsNotTimedTwice() =>
        new FileTimer(_sample.Setup).Given(CancellationToken.None).ShouldBeNull();

    [Fact]
    public void Given_FileOfOneBatch_IsTimedAtItBesideFloat32()
    {
        var given = new FileTimer(_sample.Setup with { Original = Fixed(3) }).Given(CancellationToken.None).ShouldNotBeNull();

        given.Batch.ShouldBe(3);
        given.MedianMs.ShouldBeGreaterThan(0);
        given.Float32MedianMs.ShouldBeGreaterThan(0);
    }

    private OriginalFile Fixed(int batch)
    {
        var graph = _sample.Network.Grouped.Graph;
        return new(
            OnnxWriter.Write(graph with
            {
                Inputs = [graph.Inputs[0] with { Shape = [batch, .. graph.Inputs[0].Shape.Skip(1)] }],
                Outputs = [graph.Outputs[0] with { Shape = [batch, .. graph.Outputs[0].Shape.Skip(1)] }],
            }),
            batch);
    }
}
