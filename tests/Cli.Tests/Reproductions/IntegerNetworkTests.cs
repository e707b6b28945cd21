namespace Cluster.Cli.Tests.Reproductions;

public sealed class IntegerNetworkTests
{
    [Fact]
    public void Run_ConvolutionPoolingProduct_HasTheWholeNumbersComputedByHand()
    {
        var network = IntegerReader.Read(File());

        var seen = new Dictionary<string, int[]>(StringComparer.Ordinal);
        int[] logits = network.Run([-1f, 0, 1, 2, 0.5f, 0.26f, 3, -3, 1], seen.Add);

        // x / 0.5 + 2, clipped to 0..10; 0.26 / 0.5 = 0.52 is rounded to 1.
        seen["x"].ShouldBe([0, 2, 4, 6, 3, 3, 8, 0, 4]);

        // Less the zero point 2: -2 0 2 / 4 1 1 / 6 -2 2. Sums of the diagonal (1, 1) and the bias 2, of the scale 0.5 * 0.25:
        // 1, 3, 4, 5. The output's scale is 0.25: times 0.5, halves up. Relu changes nothing.
        seen["c"].ShouldBe([1, 2, 2, 3]);
        seen["p"].ShouldBe([3]);

        // 3 * 4 + 1 and 3 * -2: scales 0.25 * 0.5 and 0.25 * 0.25, so the second counts half.
        logits.ShouldBe([13, -3]);
    }

    [Fact]
    public void Read_PaddedConvolution_IsRefused()
    {
        var file = File();
        var padded = new Dictionary<string, AttributeValue>(StringComparer.Ordinal) { ["pads"] = AttributeValue.Of([1L, 1, 1, 1]) };
        var nodes = file.Nodes.Select(node => node.OpType == "Conv" ? node with { Attributes = padded } : node);

        Should.Throw<KernelException>(() => IntegerReader.Read(file with { Nodes = [.. nodes] }))
            .Message.ShouldContain("'conv' (Conv) has padding");
    }

    private static ModelGraph File() => new()
    {
        Name = "hand",
        Opset = 13,
        Inputs = [new ValueInfo("x", ElementType.Float, [-1, 1, 3, 3])],
        Outputs = [new ValueInfo("y", ElementType.Float, [-1, 2])],
        Nodes =
        [
            Node("QuantizeLinear", "q_x", "x sx zx", "x_codes"),
            Node("Clip", "clip_x", "x_codes none ten", "x_clipped"),
            Node("DequantizeLinear", "dq_x", "x_clipped sx zx", "x_shown"),
            Node("DequantizeLinear", "dq_w", "w sw zw", "w_shown", ("axis", AttributeValue.Of(0L))),
            Node("DequantizeLinear", "dq_b", "b sb", "b_shown", ("axis", AttributeValue.Of(0L))),
            Node("Conv", "conv", "x_shown w_shown b_shown", "c"),
            Node("Relu", "relu", "c", "r"),
            Node("MaxPool", "pool", "r", "p", ("kernel_shape", AttributeValue.Of([2L, 2])), ("strides", AttributeValue.Of([2L, 2]))),
            Node("QuantizeLinear", "q_p", "p sp zp", "p_codes"),
            Node("DequantizeLinear", "dq_p", "p_codes sp zp", "p_shown"),
            Node("Flatten", "flat", "p_shown", "f"),
            Node("DequantizeLinear", "dq_v", "v sv zv", "v_shown", ("axis", AttributeValue.Of(0L))),
            Node("DequantizeLinear", "dq_d", "d sd", "d_shown", ("axis", AttributeValue.Of(0L))),
            Node("Gemm", "gemm", "f v_shown d_shown", "y", ("transB", AttributeValue.Of(1L))),
        ],
        Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
        {
            ["sx"] = TensorData.FromFloats([], [0.5f]),
            ["zx"] = TensorData.FromUInt8([], [2]),
            ["none"] = TensorData.FromUInt8([], [0]),
            ["ten"] = TensorData.FromUInt8([], [10]),
            ["w"] = TensorData.FromInt8([1, 1, 2, 2], [1, 0, 0, 1]),
            ["sw"] = TensorData.FromFloats([1], [0.25f]),
            ["zw"] = TensorData.FromInt8([1], [0]),
            ["b"] = TensorData.FromInt32([1], [2]),
            ["sb"] = TensorData.FromFloats([1], [0.125f]),
            ["sp"] = TensorData.FromFloats([], [0.25f]),
            ["zp"] = TensorData.FromUInt8([], [0]),
            ["v"] = TensorData.FromInt8([2, 1], [4, -2]),
            ["sv"] = TensorData.FromFloats([2], [0.5f, 0.25f]),
            ["zv"] = TensorData.FromInt8([2], [0, 0]),
            ["d"] = TensorData.FromInt32([2], [1, 0]),
            ["sd"] = TensorData.FromFloats([2], [0.125f, 0.0625f]),
        },
    };

    private static GraphNode Node(
        string type, string name, string inputs, string output, params (string Name, AttributeValue Value)[] attributes) => new(
            name,
            type,
            inputs.Split(' '),
            [output],
            attributes.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));
}
