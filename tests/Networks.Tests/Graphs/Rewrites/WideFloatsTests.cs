using static Cluster.Tests.GraphBuilder;

namespace Cluster.Networks.Tests.Graphs.Rewrites;

/// <summary>Networks that compute in 16-bit floats between Casts, as converters write them for ends in float32.</summary>
public sealed class WideFloatsTests
{
    [Fact]
    public void Normalize_Float16BetweenCasts_IsTheNetworkOfItsConstantsInFloat32()
    {
        var file = Narrow(ElementType.Float16);
        var graph = GraphNormalizer.Normalize(file);

        graph.Widened.ShouldBe(ElementType.Float16);
        graph.Nodes.Select(node => node.OpType).ShouldBe(["Gemm", "Relu", "Gemm"]);
        graph.Initializers[graph.Nodes[0].Inputs[1]].As<float>().ToArray().ShouldBe(
            [.. Nets.Values(64, 1).Select(value => (float)(Half)value)], "each is a float16");
        float[] input = Nets.Values(24, 5);
        Nets.Distance(Rewritten.Run(graph, 3, input), Rewritten.Run(file, 3, input)).ShouldBeLessThan(2e-3f);
        Nets.Group(file).Groups.Count(group => group.CanQuantize).ShouldBe(2);
    }

    [Fact]
    public void Normalize_BFloat16BetweenCasts_HasTheUpperHalvesOfItsConstants()
    {
        var graph = GraphNormalizer.Normalize(Narrow(ElementType.BFloat16));

        graph.Widened.ShouldBe(ElementType.BFloat16);
        graph.Initializers[graph.Nodes[0].Inputs[1]].As<float>().ToArray().ShouldBe([.. Nets.Values(64, 1).Select(Upper)]);
    }

    [Fact]
    public void Normalize_Float32_IsNotWidened() => GraphNormalizer.Normalize(Nets.Residual()).Widened.ShouldBeNull();

    [Theory]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Double)]
    public void Write_EndsInOtherFloats_HaveThemInTheFileAndFloat32Inside(ElementType type)
    {
        var file = Whole(type);
        var graph = GraphNormalizer.Normalize(file);
        byte[] written = OnnxWriter.Write(graph).Message;
        var read = OnnxReader.Read(ModelFile.Of(written), "written");

        graph.Inputs[0].Type.ShouldBe(ElementType.Float);
        graph.Nodes.Select(node => node.OpType).ShouldBe(["Gemm", "Relu"]);
        var stated = ModelProto.Parser.ParseFrom(written).Graph;
        stated.Input.Concat(stated.Output).Select(end => (end.Name, (ElementType)end.Type.TensorType.ElemType))
            .ShouldBe([("x", type), ("y", type)]);
        read.Inputs[0].ShouldBe(graph.Inputs[0] with { Shape = read.Inputs[0].Shape, AxisNames = read.Inputs[0].AxisNames });
        read.Nodes.Select(node => (node.OpType, node.Output)).ShouldBe(graph.Nodes.Select(node => (node.OpType, node.Output)));
        Nets.Group(file).Groups.Count(group => group.CanQuantize).ShouldBe(1);
    }

    [Theory]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.Double)]
    public void Run_FilesWithOtherFloatsAtTheirEnds_TakeAndGiveFloat32(ElementType type)
    {
        var file = Whole(type);
        float[] input = Nets.Values(24, 5);
        float[] expected = Run(OnnxWriter.Write(file).Message);

        Nets.Distance(Run(OnnxWriter.Write(GraphNormalizer.Normalize(file)).Message), expected).ShouldBeLessThan(2e-3f);
        using var interpreter = new FloatNetwork(Nets.Group(file));
        Nets.Distance(interpreter.Run(input, [3, 8]), expected).ShouldBeLessThan(2e-3f);

        float[] Run(byte[] model)
        {
            using var session = OrtSession.Open(ModelFile.Of(model), new OrtSessionOptions { AllowSpinning = false });
            float[] output = new float[24];
            session.Run([TensorData.FromFloats([3, 8], input)], output);
            return output;
        }
    }

    // Of two neighbours as far the even one: 1 + 2^-8 lies between 0x3F80 and 0x3F81, 1 + 3 * 2^-8 between 0x3F81 and 0x3F82.
    [Theory]
    [InlineData(1f, 0x3F80)]
    [InlineData(1.00390625f, 0x3F80)]
    [InlineData(1.01171875f, 0x3F82)]
    [InlineData(-2f, 0xC000)]
    [InlineData(float.PositiveInfinity, 0x7F80)]
    [InlineData(float.NaN, 0xFFC0)]
    public void Narrowed_BFloat16_IsTheNearestEvenOfTwo(float value, int expected) =>
        TensorData.FromFloats([1], [value]).Narrowed(ElementType.BFloat16).As<ushort>()[0].ShouldBe((ushort)expected);

    private static ModelGraph Whole(ElementType type)
    {
        var graph = new GraphBuilder(13, -1, 8).Constant("w", TensorData.FromFloats([8, 8], Nets.Values(64, 1)).Narrowed(type))
            .Node("Gemm", "x w", "g").Node("Relu", "g", "y").Build(-1, 8);
        return graph with
        {
            Inputs = [graph.Inputs[0] with { Type = type }],
            Outputs = [graph.Outputs[0] with { Type = type }],
        };
    }

    private static ModelGraph Narrow(ElementType type) => new GraphBuilder(13, -1, 8)
        .Constant("w", Constant(type, [8, 8], Nets.Values(64, 1))).Constant("b", Constant(type, [8], Nets.Values(8, 2)))
        .Node("Cast", "x", "h", Int("to", (long)type)).Node("Gemm", "h w b", "c").Node("Relu", "c", "r").Node("Gemm", "r w", "g")
        .Node("Cast", "g", "y", Int("to", 1)).Build();

    private static TensorData Constant(ElementType type, long[] shape, float[] values) => new(
        type,
        shape,
        values.SelectMany(value => type == ElementType.Float16
            ? BitConverter.GetBytes((Half)value)
            : BitConverter.GetBytes(BitConverter.SingleToUInt32Bits(value)).Skip(2)).ToArray());

    private static float Upper(float value) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000);
}
