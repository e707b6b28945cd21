using Cluster.Export.Forms;
using static Cluster.Tests.GraphBuilder;

namespace Cluster.Export.Tests.Forms;

/// <summary>Files that take pixels compute what the network computes of the floats that were made of them, at borders, too.</summary>
public sealed class PixelFormTests
{
    private const int Side = 8;

    private static readonly double[] Means = [0.485, 0.456, 0.406], Stds = [0.229, 0.224, 0.225];

    [Fact]
    public void Weights_OfOnePosition_AreThoseOfHand()
    {
        var weight = TensorData.FromFloats([1, 3, 1, 1], [1, 2, 3]);

        // (1 (200 - 1) + 2 (400 - 2) + 3 (50 + 1)) / 155
        PixelStem.Weights(weight, [0, 1, 2], [2, 4, 0.5], [-1, -2, 1], zero: 100).As<float>().ToArray()
            .ShouldBe([2, 8, 1.5f, 1148f / 155], 1e-6);

        // Of a network that takes blue first.
        PixelStem.Weights(weight, [2, 1, 0], [2, 4, 0.5], [-1, -2, 1], zero: 100).As<float>().ToArray()
            .ShouldBe([1.5f, 8, 2, 1148f / 155], 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_SumsOverWhite_AreThoseOfHandAtBorders(bool hasAlpha)
    {
        // White is 1 in all three channels, and the padding 0: a corner sees 4 pixels, an edge 6.
        var network = Nets.Group(new GraphBuilder(13, -1, 3, 3, 3).Floats("w", [1, 3, 3, 3], [.. Enumerable.Repeat(1f, 27)])
            .Node("Conv", "x w", "y", Ints("pads", [1, 1, 1, 1])).Build()).Graph;
        var preprocess = new Preprocess(PixelColor.Rgb, 1 / 255.0, [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]);
        var file = PixelFile.Write(PixelStem.Write(network, preprocess, hasAlpha));

        int channels = hasAlpha ? 4 : 3;
        float[] sums = InRuntime.Run(file, Pixels([1, 3, 3, channels], _ => 255));

        file.Inputs.Single().Shape.ShouldBe([-1, 3, 3, channels]);
        sums.ShouldBe([12, 18, 12, 18, 27, 18, 12, 18, 12], 1e-4);
    }

    [Theory]
    [InlineData(PixelColor.Rgb, PixelLayout.Nchw, true)]
    [InlineData(PixelColor.Rgb, PixelLayout.Nchw, false)]
    [InlineData(PixelColor.Bgr, PixelLayout.Nchw, true)]
    [InlineData(PixelColor.Rgb, PixelLayout.Nhwc, true)]
    [InlineData(PixelColor.Bgr, PixelLayout.Nhwc, false)]
    public void Write_PlansOfANetwork_AreItsFunctionAndTakePixelsWithTheSameBits(PixelColor color, PixelLayout layout, bool hasAlpha)
    {
        var preprocess = new Preprocess(color, 1 / 255.0, Means, Stds, layout: layout);
        var given = Network(layout);
        var graph = GroupFinder.Find(PixelStem.Write(Nets.Group(given).Graph, preprocess, hasAlpha));
        byte[] planes = new byte[16 * 3 * Side * Side];
        new Random(3).NextBytes(planes);
        var images = Nets.Images(planes, 3, Side, Side, 8) with { Preprocess = preprocess };
        using var net = new Calibrated(graph, images);
        var floats = images.Inputs(0);
        float[] exact = InRuntime.Run(given, floats);

        InRuntime.Run(graph.Graph, floats).ShouldBe(exact, 1e-4);

        // Red, green and blue whatever the network's order.
        var pixels = Pixels([8, Side, Side, hasAlpha ? 4 : 3], at =>
        {
            var (place, channel) = Math.DivRem(at, hasAlpha ? 4 : 3);
            var (image, position) = Math.DivRem(place, Side * Side);
            return channel == 3 ? (byte)255 : planes[(((image * 3) + channel) * Side * Side) + position];
        });
        foreach (var network in (QuantizedNetwork[])[
            net.AllInt8(), net.AllInt8("percentile:99"), net.Resolve(_ => Decide.In(GroupFormat.Int8Safe)),
            net.Resolver.Resolve(Nets.Mixed(graph, index => graph.Groups[index].Name != "c1")),
            net.Resolver.Resolve(Nets.Mixed(graph, index => graph.Groups[index].Name == "c1"))])
        {
            var plain = QdqExporter.Export(network);
            var fast = FastForms.Apply(plain, graph.Graph).File;
            float[] expected = InRuntime.Run(plain, floats);
            foreach (var file in new[] { plain, fast }.Select(PixelFile.Write))
            {
                GraphInvariants.Violation(file).ShouldBeNull();
                InRuntime.Run(file, pixels).ShouldBe(expected);
                InRuntime.Run(file, floats).ShouldBe(expected, "a session is given samples, which are floats");
                net.Check(network, OnnxWriter.Write(file)).Failure.ShouldBeNull();
            }

            Decibels(exact, expected).ShouldBeGreaterThan(25, "of the user's own file on normalized floats");
        }
    }

    [Fact]
    public void Write_RealNetwork_KeepsWhatItsFloatsKeep()
    {
        var images = Nets.SharedImages(Nets.ResNet20, 8, 4);
        var given = Nets.Shared(Nets.ResNet20);
        using var floats = new Calibrated(given, images);
        using var pixels = new Calibrated(GroupFinder.Find(PixelStem.Write(given.Graph, images.Preprocess!, hasAlpha: true)), images);
        float[] exact = InRuntime.Run(given.Graph, images.Inputs(0));

        var file = PixelFile.Write(QdqExporter.Export(pixels.AllInt8()));

        double plain = Decibels(exact, InRuntime.Run(QdqExporter.Export(floats.AllInt8()), images.Inputs(0)));
        Decibels(exact, InRuntime.Run(file, images.Inputs(0))).ShouldBeGreaterThan(plain - 2);
        file.Nodes.Count(node => node.OpType == "QuantizeLinear").ShouldBe(QdqExporter.ExpectedQuantizeNodes(pixels.AllInt8()) - 1);
        pixels.Check(pixels.AllInt8(), OnnxWriter.Write(file)).Failure.ShouldBeNull();
    }

    [Fact]
    public void Check_FileThatSaysAnotherPreprocessing_Fails()
    {
        var preprocess = new Preprocess(PixelColor.Rgb, 1, [0, 0, 0], [1, 1, 1]);
        using var net = new Calibrated(
            GroupFinder.Find(PixelStem.Write(Nets.Group(Network(PixelLayout.Nchw)).Graph, preprocess, hasAlpha: true)),
            Nets.Noise(8, 3, Side, Side, 8));
        var file = PixelFile.Write(QdqExporter.Export(net.AllInt8()));
        string other = new Preprocess(PixelColor.Bgr, 1, [0, 0, 0], [1, 1, 1]).ToJson();
        file = file with { Metadata = new Dictionary<string, string>(file.Metadata) { [PixelInput.PreprocessMetadata] = other } };

        net.Check(net.AllInt8(), OnnxWriter.Write(file)).Failure.ShouldNotBeNull().ShouldStartWith("In fast forms over pixels ");
    }

    [Theory]
    [InlineData("grey", "'x' Float [?,3,8,8], of GRAY pixels by its preprocessing; expected one input")]
    [InlineData("channels last", "'x' Float [?,3,8,8], of RGB pixels by its preprocessing; expected one input")]
    [InlineData("two readers", "'x' is read by 'c1' (Conv) and 'y' (Concat); expected a convolution of three channels")]
    [InlineData("a sum before", "'x' is read by 'shifted' (Mul); expected a convolution of three channels")]
    [InlineData("depthwise", "'x' is read by 'c1' (Conv); expected a convolution of three channels")]
    public void Write_NetworkWithoutSuchALayer_IsRefused(string what, string expected)
    {
        var preprocess = what switch
        {
            "grey" => new Preprocess(PixelColor.Gray, 1, [0], [1]),
            "channels last" => new Preprocess(PixelColor.Rgb, 1, [0, 0, 0], [1, 1, 1], layout: PixelLayout.Nhwc),
            _ => new Preprocess(PixelColor.Rgb, 1, [0, 0, 0], [1, 1, 1]),
        };
        var builder = new GraphBuilder(13, -1, 3, Side, Side)
            .Floats("w", [6, what == "depthwise" ? 1 : 3, 3, 3], Nets.Values(what == "depthwise" ? 54 : 162, 1))
            .Floats("two", [1, 3, 1, 1], 2, 3, 4);
        builder = what == "a sum before" ? builder.Node("Mul", "x two", "shifted").Node("Abs", "shifted", "a") : builder;
        builder.Node(
            "Conv", what == "a sum before" ? "a w" : "x w", "c1", Ints("pads", [1, 1, 1, 1]), Int("group", what == "depthwise" ? 3 : 1));
        builder = what == "two readers" ? builder.Node("Concat", "c1 x", "y", Int("axis", 1)) : builder;
        var network = Nets.Group(builder.Build()).Graph;

        var refusal = Should.Throw<KernelException>(() => PixelStem.Write(network, preprocess, hasAlpha: true)).Message;

        refusal.ShouldStartWith("Files of this network cannot take pixels: ");
        refusal.ShouldContain(expected);
        refusal.ShouldEndWith("Leave --input out, so that they take floats.");
    }

    private static ModelGraph Network(PixelLayout layout)
    {
        var builder = layout == PixelLayout.Nhwc ? new GraphBuilder(13, -1, Side, Side, 3) : new GraphBuilder(13, -1, 3, Side, Side);
        builder = layout == PixelLayout.Nhwc ? builder.Node("Transpose", "x", "t", Ints("perm", [0, 3, 1, 2])) : builder;
        return builder
            .Floats("w1", [8, 3, 3, 3], Nets.Values(216, 1, 0.3)).Floats("b1", [8], Nets.Values(8, 2))
            .Floats("w2", [8, 8, 3, 3], Nets.Values(576, 3, 0.2)).Floats("w3", [5, 8], Nets.Values(40, 4))
            .Node("Conv", layout == PixelLayout.Nhwc ? "t w1 b1" : "x w1 b1", "c1", Ints("pads", [1, 1, 1, 1]), Ints("strides", [2, 2]))
            .Node("Relu", "c1", "r1")
            .Node("Conv", "r1 w2", "c2", Ints("pads", [1, 1, 1, 1])).Node("Relu", "c2", "r2")
            .Node("GlobalAveragePool", "r2", "p").Node("Flatten", "p", "f").Node("Gemm", "f w3", "y", Int("transB", 1)).Build();
    }

    private static TensorData Pixels(long[] shape, Func<int, byte> value) =>
        TensorData.FromUInt8(shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (count, size) => count * size)).Select(value)]);

    private static double Decibels(float[] exact, float[] found) => 10 * Math.Log10(
        exact.Sum(value => (double)value * value) / exact.Zip(found, (one, other) => Math.Pow(one - other, 2)).Sum());
}
