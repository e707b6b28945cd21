namespace Cluster.Evaluation.Tests.Setup;

/// <summary>Which mistakes are proved, so that a job stops, and that sound data never are.</summary>
public sealed class ProvedMistakeTests : IDisposable
{
    private const int Size = 3 * 4;
    private const int Classes = 5;

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, "subtract 1 from the labels")]
    [InlineData(-1, "add 1 to the labels")]
    public void Explain_ShiftedLabels_AreProvedWithTheirMend(int shift, string mend)
    {
        float[] inputs = Inputs(200);
        var network = Write();
        long[] labels = [.. Noisy(Answers(network, inputs), 1).Select(label => (label + shift + Classes) % Classes)];

        var found = Explain(network, inputs, labels).ShouldNotBeNull();

        (found.IsProved, found.Trial.Mend).ShouldBe((true, mend));
    }

    [Fact]
    public void Explain_ReversedChannelsOfArrays_AreProved()
    {
        float[] inputs = Inputs(200);
        var network = Write();

        var found = Explain(network, inputs, Noisy(Answers(network, Reversed(inputs)), 1)).ShouldNotBeNull();

        found.IsProved.ShouldBeTrue();
        found.Trial.What.ShouldBe("the channels in the reverse order");
    }

    [Fact]
    public void Explain_PicturesInAnotherOrderOfChannels_AreProved()
    {
        const int Count = 200;
        byte[] pixels = [.. Inputs(Count).Select(value => (byte)(127.5 + (127 * value)))];
        byte[] header = [0, 0, 8, 4, 0, 0, 0, Count, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2];
        var network = Write();
        long[] labels = Noisy(Answers(network, Reversed([.. pixels.Select(pixel => (pixel / 127.5f) - 1)])), 1);
        File.WriteAllBytes(_folder["p.idx"], [.. header, .. pixels]);
        File.WriteAllBytes(_folder["l.idx"], [0, 0, 8, 1, 0, 0, 0, Count, .. labels.Select(label => (byte)label)]);
        double[] one = [1, 1, 1];
        var pictures = DataSource.Open($"idx:{_folder["p.idx"]},labels={_folder["l.idx"]}");
        var batches = new ImageBatches(pictures, new Preprocess(PixelColor.Rgb, 1 / 127.5, one, one), 32);

        var found = UsualMistakes.Explain(
            TargetList.Usual, network.Original.File, batches, network.Classes, MetricKind.Top1).ShouldNotBeNull();

        found.IsProved.ShouldBeTrue(found.Words);
        found.Trial.What.ShouldStartWith("the channels in the order blue, green, red (--preprocess {");
    }

    // What the first 256 samples only hint at.
    [Fact]
    public void Explain_AMistakeThatOnlyAllSamplesShow_IsProvedOnAll()
    {
        float[] inputs = Inputs(3000);
        var network = Write();
        long[] given = Answers(network, inputs);
        long[] other = Answers(network, Reversed(inputs));
        var random = new Cluster.Coordinator.Model.SplitMix64(3);
        long[] labels = [.. given.Zip(other, (one, two) => (random.Next() % 100) switch
        {
            < 10 => (long)(random.Next() % Classes),
            < 50 => one,
            _ => two,
        })];

        Explain(network, inputs[..(256 * Size)], labels[..256])?.IsProved.ShouldBeFalse();
        var found = Explain(network, inputs, labels).ShouldNotBeNull();

        (found.IsProved, found.Of).ShouldBe((true, 3000), found.Words);
    }

    [Theory]
    [InlineData("labels without a meaning", 0.0, 200)]
    [InlineData("a network that is often wrong", 0.5, 200)]
    [InlineData("a good network", 0.9, 200)]
    [InlineData("few samples", 0.5, 24)]
    [InlineData("many samples", 0.3, 1000)]
    public void Explain_SoundData_ProveNothing(string what, double right, int count)
    {
        var network = Write();
        for (int seed = 0; seed < 8; seed++)
        {
            float[] inputs = Inputs(count, seed);

            var found = Explain(network, inputs, Noisy(Answers(network, inputs), right, seed));

            (found?.IsProved ?? false).ShouldBeFalse($"{what}, {seed}: {found?.Words}");
        }
    }

    // Always one answer, and mostly the label behind it: shifted labels are right more often, and still show nothing.
    [Fact]
    public void Explain_OneAnswerAndAFrequentLabel_ProvesNothing()
    {
        var network = Write(favoured: 1);
        float[] inputs = Inputs(300);
        Answers(network, inputs).ShouldAllBe(answer => answer == 1);
        long[] labels = [.. Enumerable.Range(0, 300).Select(i => i % 10 < 6 ? 2L : i % 5)];

        (Explain(network, inputs, labels)?.IsProved ?? false).ShouldBeFalse();
    }

    [Fact]
    public void Explain_GreySamples_ProveNothingAboutTheOrderOfChannels()
    {
        float[] grey = [.. Inputs(200).Chunk(Size).SelectMany(sample => Enumerable.Repeat(sample[..4], 3).SelectMany(values => values))];
        var network = Write();

        (Explain(network, grey, Noisy(Answers(network, grey), 0.5))?.IsProved ?? false).ShouldBeFalse();
    }

    private NamedMistake? Explain(NetworkFile network, float[] inputs, long[] labels)
    {
        int count = labels.Length;
        NpzWriter.Write(
            _folder["held.npz"],
            ("x", TensorData.FromFloats([count, 3, 2, 2], inputs)),
            ("labels", TensorData.FromInt64([count], labels)));
        var arrays = DataSource.OpenSamples($"npz:{_folder["held.npz"]}", DataAccess.Anywhere).For(network.Grouped.Graph.Inputs, null);
        return UsualMistakes.Explain(
            TargetList.Usual, network.Original.File, new ImageBatches(arrays, null, 32), network.Classes, MetricKind.Top1);
    }

    // Labels of which a share is the answer, and the others are drawn.
    private static long[] Noisy(long[] answers, double right, int seed = 0)
    {
        var random = new Cluster.Coordinator.Model.SplitMix64((ulong)(100 + seed));
        return [.. answers.Select(answer => random.Next() % 1000 < 1000 * right ? answer : (long)(random.Next() % Classes))];
    }

    private static float[] Inputs(int count, int seed = 0) => Sample.Values(count * Size, 7 + seed, 1);

    private static float[] Reversed(float[] inputs) =>
        [.. inputs.Chunk(Size).SelectMany(sample => sample.Chunk(4).Reverse().SelectMany(channel => channel))];

    private NetworkFile Write(int? favoured = null)
    {
        float[] bias = [.. Enumerable.Range(0, Classes).Select(i => i == favoured ? 100f : 0)];
        var graph = Sample.Graph(
            [
                ("w", [24, Size], Sample.Values(24 * Size, 1, 1)), ("v", [Classes, 24], Sample.Values(Classes * 24, 3, 1)),
                ("c", [Classes], bias),
            ],
            [
                Sample.Node("Flatten", "f", ["x"]), Sample.Node("Gemm", "g", ["f", "w"], ("transB", AttributeValue.Of(1L))),
                Sample.Node("Relu", "r", ["g"]), Sample.Node("Gemm", "y", ["r", "v", "c"], ("transB", AttributeValue.Of(1L))),
            ],
            [-1, 3, 2, 2]);
        File.WriteAllBytes(_folder["net.onnx"], OnnxWriter.Write(graph).Message);
        return NetworkFile.Open(_folder["net.onnx"]);
    }

    private static long[] Answers(NetworkFile network, float[] inputs)
    {
        int count = inputs.Length / Size;
        float[] outputs = new float[count * network.Classes];
        using var opened = TargetList.Usual.Open(network.Content, threads: 1, "FP32");
        opened.Run([TensorData.FromFloats([count, 3, 2, 2], inputs)], outputs);
        return [.. outputs.Chunk(network.Classes).Select(row => (long)Array.IndexOf(row, row.Max()))];
    }
}
