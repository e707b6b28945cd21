using Cluster.Kernels.Quantization;

namespace Cluster.Networks.Tests.Runtimes;

/// <summary>
/// Which neighbours the runtime adds in 16 bits, asked of the runtime itself: in output channel t of a probe network the weights of places
/// t and t + 1 of the reduction are large and all others 0, and all inputs are 255. Where products saturate, the sums of just the even t
/// are wrong, as <see cref="PairedCodes"/> has it; where they do not, none. One case for each kernel that multiplies uint8 by int8.
/// </summary>
public sealed class PairOrderTests
{
    private const int Codes = 255;

    /// <summary>Output channels, input channels of a group, kernel, groups, outputs beside each other in each direction.</summary>
    public static TheoryData<int, int, int[], int, int> Convolutions { get; } = new()
    {
        { 32, 4, [2, 2], 1, 5 }, // symmetric convolution
        { 48, 12, [2, 2], 1, 1 },
        { 64, 64, [1, 1], 1, 4 },
        { 32, 3, [3, 3], 1, 5 }, // im2col and a product: input channels are no multiple of four
        { 19, 5, [2, 2], 1, 3 },
        { 9, 8, [1, 1], 1, 3 }, // too few output channels for the symmetric one
        { 64, 4, [2, 2], 4, 3 }, // grouped
        { 60, 3, [2, 2], 3, 3 },
        { 24, 1, [3, 3], 3, 4 }, // eight outputs an input channel
        { 16, 1, [3, 3], 16, 4 }, // depthwise, symmetric
        { 10, 1, [3, 3], 10, 4 }, // depthwise, general
        { 32, 4, [5], 1, 6 }, // one dimension
        { 16, 3, [3], 1, 6 },
        { 12, 1, [5], 12, 6 },
        { 32, 4, [2, 2, 2], 1, 3 }, // three
        { 16, 1, [2, 2, 2], 16, 3 },
    };

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void Convolution_LargePair_SaturatesWhereNeighboursAre(int outputs, int inputs, int[] kernel, int groups, int extent)
    {
        int positions = kernel.Aggregate(1, (product, size) => product * size);
        int length = inputs * positions;
        int ownOutputs = outputs / groups;
        long[] shape = [outputs, inputs, .. kernel.Select(size => (long)size)];
        var node = Node("Conv", ("group", groups));
        foreach (var pair in LargePair.All)
        {
            sbyte[] weights = new sbyte[outputs * length];
            for (int channel = 0; channel < outputs; channel++)
            {
                int place = channel % ownOutputs % (length - 1);
                weights[(channel * length) + Element(place)] = pair.First;
                weights[(channel * length) + Element(place + 1)] = pair.Second;
            }

            long[] input = [1, inputs * groups, .. kernel.Select(size => (long)(size + extent - 1))];
            var sums = Sums(node, input, shape, weights, axis: 0, pair);

            bool hasPairs = PairedCodes.Of(node, shape) is not null;
            for (int channel = 0; channel < outputs; channel++)
            {
                int place = channel % ownOutputs % (length - 1);
                bool saturates = ByteProducts.Saturate && hasPairs && place % 2 == 0;
                Channel(sums, channel, outputs).ShouldAllBe(
                    sum => sum == pair.Code(saturates), $"place {place} of channel {channel}, weights {pair.First} and {pair.Second}");
            }
        }

        // Input channels go side by side, positions one after the other.
        int Element(int place) => (place % inputs * positions) + (place / inputs);
    }

    [Theory]
    [InlineData("MatMul", 1, 24, 23)]
    [InlineData("MatMul", 7, 24, 23)]
    [InlineData("MatMul", 3, 13, 12)]
    [InlineData("Gemm", 1, 24, 23)]
    [InlineData("Gemm", 5, 10, 9)]
    [InlineData("MatMul", 2, 600, 599)] // more than one block of the reduction
    public void Product_LargePair_SaturatesWhereNeighboursAre(string type, int rows, int length, int outputs)
    {
        var node = Node(type);
        foreach (var pair in LargePair.All)
        {
            sbyte[] weights = new sbyte[length * outputs];
            for (int channel = 0; channel < outputs; channel++)
            {
                weights[(channel * outputs) + channel] = pair.First;
                weights[((channel + 1) * outputs) + channel] = pair.Second;
            }

            var sums = Sums(node, [rows, length], [length, outputs], weights, axis: 1, pair);

            for (int i = 0; i < sums.Length; i++)
            {
                int place = i % outputs;
                sums[i].ShouldBe(
                    pair.Code(ByteProducts.Saturate && place % 2 == 0), $"place {place}, weights {pair.First} and {pair.Second}");
            }
        }
    }

    private static IEnumerable<int> Channel(int[] codes, int channel, int channels) =>
        codes.Chunk(codes.Length / channels).ElementAt(channel);

    // Q(x) -> DQ -> node(DQ(weights)) -> Q -> DQ, which the runtime makes one integer kernel of; codes of its output.
    private static int[] Sums(GraphNode node, long[] input, long[] shape, sbyte[] weights, int axis, LargePair pair)
    {
        int channels = (int)shape[axis];
        var graph = new ModelGraph
        {
            Name = "probe",
            Opset = 13,
            Inputs = [new ValueInfo("x", ElementType.Float, input)],
            Outputs = [new ValueInfo("y", ElementType.Float, [])],
            Nodes =
            [
                Node("QuantizeLinear", "x", ["x", "one", "zero"], "x_codes"),
                Node("DequantizeLinear", "dx", ["x_codes", "one", "zero"], "x_seen"),
                new GraphNode("dw", "DequantizeLinear", ["w", "ones", "zeros"], ["w_seen"], ("axis", AttributeValue.Of((long)axis))),
                node with { Inputs = ["x_seen", "w_seen"], Outputs = ["sums"] },
                Node("QuantizeLinear", "qy", ["sums", "scale", "offset"], "y_codes"),
                Node("DequantizeLinear", "dy", ["y_codes", "one", "zero"], "y"),
            ],
            Initializers = new Dictionary<string, TensorData>
            {
                ["one"] = TensorData.FromFloats([], [1f]),
                ["zero"] = TensorData.FromUInt8([], [0]),
                ["ones"] = TensorData.FromFloats([channels], [.. Enumerable.Repeat(1f, channels)]),
                ["zeros"] = TensorData.FromInt8([channels], new sbyte[channels]),
                ["w"] = TensorData.FromInt8(shape, weights),
                ["scale"] = TensorData.FromFloats([], [pair.Scale]),
                ["offset"] = TensorData.FromUInt8([], [pair.ZeroPoint]),
            },
        };
        using var session = OrtSession.Open(OnnxWriter.Write(graph), new OrtSessionOptions());
        float[] full = [.. Enumerable.Repeat((float)Codes, (int)input.Aggregate(1L, (product, size) => product * size))];
        using var outputs = session.RunInPlace([TensorData.FromFloats(input, full)], ["y"]);
        return [.. outputs.Span<float>(0).ToArray().Select(code => (int)code)];
    }

    private static GraphNode Node(string type, params (string Name, long Value)[] attributes) => new(
        "node", type, [], [], [.. attributes.Select(entry => (entry.Name, AttributeValue.Of(entry.Value)))]);

    private static GraphNode Node(string type, string name, string[] inputs, string output) =>
        new(name, type, inputs, [output]);

    /// <summary>Two weights, and a scale of the output with which the sum and the saturated one have different codes.</summary>
    private sealed record LargePair(sbyte First, sbyte Second, float Scale)
    {
        public static IReadOnlyList<LargePair> All { get; } =
        [
            new(127, 127, 254),
            new(-127, -127, 254),
            new(65, 64, 130), // one beyond the limit
            new(-64, -65, 130),
            new(64, 64, 130), // at the limit
            new(-64, -64, 130),
            new(127, -127, 130), // of different signs
        ];

        public byte ZeroPoint => (byte)(First < 0 ? Codes : 0);

        public int Code(bool saturates)
        {
            int sum = Codes * (First + Second);
            double seen = saturates ? Math.Clamp(sum, short.MinValue, short.MaxValue) : sum;
            return ZeroPoint + (int)Math.Round(seen / Scale, MidpointRounding.ToEven);
        }
    }
}
