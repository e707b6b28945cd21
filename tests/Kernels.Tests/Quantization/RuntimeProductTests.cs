using Cluster.Kernels.Quantization.RuntimeNodes;
using static Cluster.Tests.GraphBuilder;

namespace Cluster.Kernels.Tests.Quantization;

/// <summary>
/// Products as ONNX Runtime's DynamicQuantizeMatMul and MatMulNBits: codes by hand, results against a definition in double precision.
/// </summary>
public sealed class RuntimeProductTests
{
    private const int Cases = 16;

    public static TheoryData<string, int> Forms =>
        [.. new[] { "int8-dynamic", "int4-block" }.SelectMany(format => Enumerable.Range(1, Cases).Select(seed => (format, seed)))];

    [Fact]
    public void Of_DynamicProduct_HasTheseCodes()
    {
        // (3 inputs, 2 outputs); the second's first two weights are neighbours of one sign.
        var graph = new GraphBuilder(14, -1, 3).Floats("w", [3, 2], 127, 50, -2, 50, 0.4f, -3).Node("MatMul", "x w", "y").Build();

        var product = DynamicProduct.Of(graph.Nodes[0], graph.Initializers["w"], [1, 2], new NameSource(graph));

        product.Node.OpType.ShouldBe("DynamicQuantizeMatMul");
        product.Node.Inputs.ShouldBe(["x", "y_weight_codes", "y_weight_scale", "y_weight_zero_point", "y_bias"]);
        product.Constants["y_weight_codes"].As<sbyte>().ToArray().ShouldBe([127, 64, -2, 64, 0, -4]);
        product.Constants["y_weight_scale"].As<float>().ToArray().ShouldBe([1, 100 / 128f]);
        product.Constants["y_bias"].As<float>().ToArray().ShouldBe([1, 2]);
    }

    // Blocks from -1 to 3 and of zeros: 4 / 15 a step, the codes by hand; the first code of a byte is its lower half.
    [Fact]
    public void Of_BlockProduct_HasTheseCodes()
    {
        var graph = new GraphBuilder(14, -1, 4).Floats("w", [4, 2], -1, 0, 0, 0, 0.5f, 0, 3, 0).Node("MatMul", "x w", "y").Build();

        var product = BlockProduct.Of(graph.Nodes[0], graph.Initializers["w"], [1, 2], new NameSource(graph));

        product.Node.Inputs.ShouldBe(["x", "y_weight/codes", "y_weight/scales", "y_weight/zeros", "", "y_bias"]);
        product.Node.GetInt("block_size", 0).ShouldBe(16);
        byte[] codes = product.Constants["y_weight/codes"].As<byte>().ToArray();
        codes.ShouldBe([0x40, 0xF6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        product.Constants["y_weight/scales"].As<float>().ToArray().ShouldBe([0.26666667f, 1]);
        product.Constants["y_weight/zeros"].As<byte>().ToArray().ShouldBe([4, 0]);
    }

    // The definition of DynamicQuantizeLinear: uint8 over the range with 0, ties to even.
    [Fact]
    public void Run_DynamicProduct_EqualsItsDefinition()
    {
        using var net = Net(transposed: true, 20, 7, 5);
        var network = net.Resolve(_ => Decide.In(GroupFormat.Dynamic));
        var input = net.Images.Inputs(0);
        float[] x = Array.ConvertAll(input[0].As<float>().ToArray(), pixel => pixel * (1 / 255f));
        var (low, high) = (Math.Min(x.Min(), 0), Math.Max(x.Max(), 0));
        float scale = (high - low) / 255;
        int zero = (int)MathF.Round(-low / scale);
        int[] codes = [.. x.Select(value => Math.Clamp((int)MathF.Round(value / scale) + zero, 0, 255) - zero)];
        var product = network.RuntimeNode(net.Graph.Nodes.Last(), new NameSource(net.Graph.Graph)).ShouldNotBeNull();
        var weights = product.Constants[product.Node.Inputs[1]].As<sbyte>().ToArray();
        var scales = product.Constants[product.Node.Inputs[2]].As<float>().ToArray();
        float[] bias = net.Graph.Graph.Initializers["b"].As<float>().ToArray();

        float[] found = net.Float32.Run(input, network);

        found.ShouldBe(
            [
                .. Enumerable.Range(0, found.Length).Select(i => (float)((Enumerable.Range(0, 20)
                    .Sum(k => (double)codes[(i / 7 * 20) + k] * weights[(k * 7) + (i % 7)]) * scale * scales[i % 7]) + bias[i % 7])),
            ],
            1e-4f);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Check_RandomProduct_PassesAndIsNearFloat(string format, int seed)
    {
        var random = new Random(seed);
        using var net = Net(random.Next(2) == 0, random.Next(1, 90), random.Next(1, 40), seed);
        var network = net.Resolve(_ => Decide.In(GroupFormat.Parse(format)));
        var input = net.Images.Inputs(0);

        var file = QdqExporter.Export(network);

        network.Layout.RuntimeNodes.Count.ShouldBe(1);
        network.Layout.Points.ShouldBeEmpty();
        net.Check(network).Failure.ShouldBeNull();
        float[] found = net.Float32.Run(input, network);
        found.ShouldBe(InRuntime.Run(file, input), 1e-5f);
        Nets.Distance(found, net.Float32.Run(input)).ShouldBeLessThan(format == "int4-block" ? 0.2f : 0.03f);
        SaturatingProducts.In(file).ShouldBeEmpty();
        WeightOnlyNodes.Quantized(OnnxReader.Read(OnnxWriter.Write(file), "file")).ShouldNotBeNull();
    }

    [Fact]
    public void Resolve_FormatsBesideEachOther_AgreeWithTheFile()
    {
        string[] formats = ["float32", "int8", "int8-safe", "int8-tensor", "int8-weights", "int8-dynamic", "int4-block", "w4a8", "w4a4"];
        foreach (string name in (string[])["products", "LSTM between layers", "attention", "squeeze and excite", "residual"])
        {
            using var net = Calibrated.Small(name);
            for (int shift = 0; shift < formats.Length - 1; shift++) // w4a4 has another placement for all
            {
                var network = net.Resolve(group => Decide.In(GroupFormat.Parse(formats[(group.Index + shift) % (formats.Length - 1)])));

                net.Check(network).Failure.ShouldBeNull($"{name}, {shift}");
            }

            net.Check(net.Resolve(group => Decide.In(GroupFormat.Parse(formats[5 + (group.Index % 4)])))).Failure.ShouldBeNull(name);
        }
    }

    [Fact]
    public void Bytes_FourBits_AreLessThanHalfOfEight()
    {
        using var net = Net(transposed: false, 64, 64, 3);

        long block = PackedSize.Bytes(net.Resolve(_ => Decide.In(GroupFormat.Int4Block)));

        // 4 bits, a scale of 32 bits and a zero point for 32 weights; biases and the divisor stay.
        block.ShouldBe((64 * 64 / 2) + (64 * 2 * 4) + (64 * 2 / 2) + (64 * 4) + 4);
        block.ShouldBeLessThan(PackedSize.Bytes(net.Resolve(_ => Decide.In(GroupFormat.Dynamic))));
    }

    private static Calibrated Net(bool transposed, int inputs, int outputs, int seed) => new(
        Nets.Group(new GraphBuilder(14, -1, 1, 1, inputs)
            .Floats("scale", [], 1 / 255f)
            .Floats("w", transposed ? [outputs, inputs] : [inputs, outputs], Nets.Values(inputs * outputs, seed))
            .Floats("b", [outputs], Nets.Values(outputs, seed + 1))
            .Node("Mul", "x scale", "small").Node("Flatten", "small", "f")
            .Node("Gemm", "f w b", "y", Int("transB", transposed ? 1 : 0)).Build()),
        Nets.Noise(12, 1, 1, inputs, 4, seed: seed));
}
