namespace Cluster.Evaluation.Tests.Setup;

/// <summary>Arrays that were not scaled as the network expects; pictures are in MistakeTests.</summary>
public sealed class UsualMistakesTests : IDisposable
{
    private const int Samples = 200;
    private const int Size = 3 * 4;

    private readonly WorkFolder _folder = new();

    /// <summary>What the network takes of pixels from 0 to 255, what the archive holds of them, and what is said.</summary>
    public static TheoryData<string, string, string?> Planted => new()
    {
        { "0 to 1", "0 to 255", "with values of 0 to 1 (divided by 255) as the network's input" },
        { "0 to 255", "0 to 1", "with values of 0 to 255 (times 255) as the network's input" },
        { "-1 to 1", "0 to 255", "with values of -1 to 1 as the network's input" },
        { "-1 to 1", "0 to 1", "with values of -1 to 1 as the network's input" },
        { "ImageNet", "0 to 255", "with ImageNet's mean and std as the network's input" },
        { "ImageNet", "0 to 1", "with ImageNet's mean and std as the network's input" },
        { "own", "0 to 255", "with each channel less its mean, by its deviation, as the network's input" },
        { "own", "own", null },
        { "0 to 1", "0 to 1", null },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Planted))]
    public void Explain_ArraysOfAnotherScale_NamesTheNetworks(string taken, string held, string? said)
    {
        float[] pixels =
        [
            .. Sample.Values(Samples * Size, 7, 127.5).Select((value, i) => MathF.Round((value + 127.5f) / (1 + (i / 4 % 3)))),
        ];
        var network = Write(Scaled(pixels, taken));
        NpzWriter.Write(
            _folder["held.npz"],
            ("x", TensorData.FromFloats([Samples, 3, 2, 2], Scaled(pixels, held))),
            ("labels", Labels(network, Scaled(pixels, taken))));
        var arrays = DataSource.OpenSamples($"npz:{_folder["held.npz"]}", DataAccess.Anywhere).For(network.Grouped.Graph.Inputs, null);

        var found = UsualMistakes.Explain(
            TargetList.Usual, network.Original.File, new ImageBatches(arrays, null, 32), network.Classes, MetricKind.Top1);

        (found is null).ShouldBe(said is null, found?.Words);
        found?.Words.ShouldStartWith($"{said} FP32 is right on 100 % of 200 of these images instead of ");
        found?.IsProved.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Explain_LabelsOfTwoClassesExchanged_NamesThem(bool isExchanged)
    {
        float[] inputs = Sample.Values(Samples * Size, 7, 1);
        var network = Write(inputs);
        long[] answers = Answers(network, inputs);
        long[] pair =
            [.. answers.CountBy(answer => answer).OrderByDescending(answer => answer.Value).Take(2).Select(answer => answer.Key).Order()];
        long[] labels = isExchanged
            ? [.. answers.Select(answer => answer == pair[0] ? pair[1] : answer == pair[1] ? pair[0] : answer)]
            : answers;
        NpzWriter.Write(
            _folder["held.npz"],
            ("x", TensorData.FromFloats([Samples, 3, 2, 2], inputs)),
            ("labels", TensorData.FromInt64([Samples], labels)));
        var arrays = DataSource.OpenSamples($"npz:{_folder["held.npz"]}", DataAccess.Anywhere).For(network.Grouped.Graph.Inputs, null);

        string? why = UsualMistakes.Explain(
            TargetList.Usual, network.Original.File, new ImageBatches(arrays, null, 32), network.Classes, MetricKind.Top1)?.Words;

        (why is null).ShouldBe(!isExchanged, why);
        why?.ShouldStartWith(
            $"with the labels of classes {pair[0]} and {pair[1]} exchanged FP32 is right on 100 % of 200 of these images instead of ");
    }

    // Its biases are as large as the scale that it takes, so that another one changes the answers.
    private NetworkFile Write(float[] inputs)
    {
        double scale = Math.Sqrt(inputs.Average(value => (double)value * value));
        var graph = Sample.Graph(
            [
                ("w", [24, Size], Sample.Values(24 * Size, 1, 1)), ("b", [24], Sample.Values(24, 2, scale)),
                ("v", [5, 24], Sample.Values(5 * 24, 3, 1)), ("c", [5], Sample.Values(5, 4, scale / 4)),
            ],
            [
                Sample.Node("Flatten", "f", ["x"]), Sample.Node("Gemm", "g", ["f", "w", "b"], ("transB", AttributeValue.Of(1L))),
                Sample.Node("Relu", "r", ["g"]), Sample.Node("Gemm", "y", ["r", "v", "c"], ("transB", AttributeValue.Of(1L))),
            ],
            [-1, 3, 2, 2]);
        File.WriteAllBytes(_folder["net.onnx"], OnnxWriter.Write(graph).Message);
        return NetworkFile.Open(_folder["net.onnx"]);
    }

    private static TensorData Labels(NetworkFile network, float[] inputs) =>
        TensorData.FromInt64([Samples], Answers(network, inputs));

    private static long[] Answers(NetworkFile network, float[] inputs)
    {
        float[] outputs = new float[Samples * network.Classes];
        using var opened = TargetList.Usual.Open(network.Content, threads: 1, "FP32");
        opened.Run([TensorData.FromFloats([Samples, 3, 2, 2], inputs)], outputs);
        return [.. outputs.Chunk(network.Classes).Select(row => (long)Array.IndexOf(row, row.Max()))];
    }

    private static float[] Scaled(float[] pixels, string how)
    {
        double[] mean = [0.485, 0.456, 0.406];
        double[] std = [0.229, 0.224, 0.225];
        var channels = Enumerable.Range(0, 3).Select(channel => pixels.Where((_, i) => i / 4 % 3 == channel).ToArray()).ToArray();
        double[] own = [.. channels.Select(values => values.Average(value => (double)value))];
        double[] spread = [.. channels.Select((values, channel) => Math.Sqrt(values.Average(value => Math.Pow(value - own[channel], 2))))];
        return [.. pixels.Select((pixel, i) => (float)(how switch
        {
            "0 to 1" => pixel / 255,
            "0 to 255" => pixel,
            "-1 to 1" => (pixel / 127.5) - 1,
            "ImageNet" => ((pixel / 255) - mean[i / 4 % 3]) / std[i / 4 % 3],
            _ => (pixel - own[i / 4 % 3]) / spread[i / 4 % 3],
        }))];
    }
}
