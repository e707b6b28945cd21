using Cluster.Kernels.Graphs.Passes;
using static Cluster.Kernels.Tests.Graphs.GraphBuilder;

namespace Cluster.Kernels.Tests.Graphs.Rewrites;

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

    [Fact]
    public void Of_InputInFloat16_IsRefusedInASentence() => GraphProblems.Of(Narrow(ElementType.Float16) with
    {
        Inputs = [new ValueInfo("x", ElementType.Float16, [-1, 8])],
    }).ShouldHaveSingleItem().ShouldContain("The input 'x' has element type Float16; expected one of float, ");

    private static ModelGraph Narrow(ElementType type) => new GraphBuilder(13, -1, 8)
        .Constant("w", Constant(type, [8, 8], Nets.Values(64, 1))).Constant("b", Constant(type, [8], Nets.Values(8, 2)))
        .Node("Cast", "x", "h", Int("to", (long)type)).Node("Gemm", "h w b", "c").Node("Relu", "c", "r").Node("Gemm", "r w", "g")
        .Node("Cast", "g", "y", Int("to", 1)).Build();

    private static TensorData Constant(ElementType type, long[] shape, float[] values) => new(
        type,
        shape,
        [.. values.SelectMany(value => type == ElementType.Float16
            ? BitConverter.GetBytes((Half)value)
            : BitConverter.GetBytes(BitConverter.SingleToUInt32Bits(value)).Skip(2))]);

    private static float Upper(float value) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000);
}
