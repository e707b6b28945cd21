using Cluster.Export.Forms;
using static Cluster.Tests.GraphBuilder;

namespace Cluster.Export.Tests.Forms;

/// <summary>FP32 in the forms that ONNX Runtime runs fast is the network up to last bits.</summary>
public sealed class FloatFormsTests
{
    public static TheoryData<string> Networks => [.. FormNetworks.All.Keys];

    [Theory]
    [MemberData(nameof(Networks))]
    public void OfFloats_Network_ComputesTheSame(string name)
    {
        var network = Nets.Group(FormNetworks.All[name]()).Graph;

        Agrees(network, FastForms.OfFloats(network).File, [4, 3, 8, 8]);
    }

    [Theory]
    [InlineData("depthwise of 6 channels", "6 channels, written as 8")]
    [InlineData("groups of 2", "24 groups, written as 3")]
    public void OfFloats_Network_IsWrittenAsTheRuleSays(string name, string expected) =>
        FastForms.OfFloats(Nets.Group(FormNetworks.All[name]()).Graph).Forms.Select(form => form.Words).ShouldContain(expected);

    [Fact]
    public void OfFloats_DepthwiseAlongOneAxis_IsWrittenAlongTwo()
    {
        var network = Nets.Group(new GraphBuilder(13, -1, 6, 20).Floats("w", [6, 1, 5], Nets.Values(30, 1))
            .Node("Conv", "x w", "c", Int("group", 6), Ints("pads", [2, 1]), Ints("strides", [2])).Node("Relu", "c", "y").Build()).Graph;

        var fast = FastForms.OfFloats(network);

        fast.Forms.Select(form => form.Words).ShouldContain("depthwise along one axis, written along two");
        Agrees(network, fast.File, [4, 6, 20]);
    }

    private static void Agrees(ModelGraph network, ModelGraph fast, long[] shape)
    {
        GraphInvariants.Violation(fast).ShouldBeNull();
        var input = Nets.Random(shape, 3);
        InRuntime.Run(fast, input).ShouldBe(InRuntime.Run(network, input), 1e-5);
    }
}
