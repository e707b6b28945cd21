using Cluster.Kernels.Execution.FakeQuantization;
using Cluster.Kernels.Execution.Integers;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using Cluster.Kernels.Tests.Tensors;
using static Cluster.Kernels.Tests.Graphs.GraphBuilder;

namespace Cluster.Kernels.Tests.Execution.Integers;

/// <summary>Grouped and depthwise convolutions in integers: by hand, and random ones beside a plain sum over channels and taps.</summary>
public sealed class GroupedLayerTests
{
    // Steps of 0.5 with zero point 128; sums are of 0.25.
    private static readonly QuantizationParameters Read = new(0.5f, 128, 0, 255);

    public static TheoryData<string> Places => [Devices.Emulated, Devices.Cuda];

    // Two groups of two channels and one output each, on one pixel: 2*3 - 1*1 + 4 = 9 and 3*-2 + 1*5 - 1 = -2, of 0.25 each.
    [Fact]
    public void Run_TwoGroups_IsWhatWasComputedByHand()
    {
        using var layer = Layer([2, -1, 3, 1], [2, 2, 1, 1], [4, -1], new QuantizationParameters(1, 0, -128, 127), Int("group", 2));

        Run(layer, [1.5f, 0.5f, -1, 2.5f], [1, 4, 1, 1]).ShouldBe([2, 0], "9 / 4 = 2.25 -> 2 and -2 / 4 = -0.5 -> 0, the even one");
    }

    // A row of three pixels in two channels, three taps, a zero on either side: channel 0 is (1, 2, 3) times (1, 10, 100), channel 1
    // (4, -5, 6) times (1, 0, -1). By taps: 0*1 + 1*10 + 2*100 = 210, 1 + 20 + 300 = 321, 2 + 30 + 0 = 32; 0 - -5 = 5, 4 - 6 = -2, -5.
    [Fact]
    public void Run_Depthwise_IsWhatWasComputedByHand()
    {
        using var layer = Layer(
            [1, 10, 100, 1, 0, -1], [2, 1, 1, 3], null, null, Int("group", 2), Ints("pads", [0, 1, 0, 1]), Ints("kernel_shape", [1, 3]));

        Run(layer, [0.5f, 1, 1.5f, 2, -2.5f, 3], [1, 2, 1, 3]).ShouldBe([52.5f, 80.25f, 8, 1.25f, -0.5f, -1.25f]);
    }

    // Sixteen outputs a group are a product of matrices: output o of a group is (o - 8) times its channel's 3 or -2 steps, of 0.25.
    [Fact]
    public void Run_WideGroups_IsWhatWasComputedByHand()
    {
        int[] weights = [.. Enumerable.Range(0, 32).Select(output => (output % 16) - 8)];
        using var layer = Layer(weights, [32, 1, 1, 1], null, null, Int("group", 2));

        float[] expected = [.. Enumerable.Range(0, 32).Select(output => ((output % 16) - 8) * (output < 16 ? 3 : -2) * 0.25f)];
        Run(layer, [1.5f, -1], [1, 2, 1, 1]).ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Run_RandomConvolutions_IsTheSumOverChannelsAndTaps(string where)
    {
        var device = Devices.Require(where);
        for (int seed = 0; seed < 200; seed++)
        {
            var wanted = RandomConvolution.Draw(seed);
            using var layer = wanted.Layer(Read, device);

            Run(layer, wanted.Shown(Read), wanted.Shape, device).ShouldBe(wanted.Sums(), wanted.ToString());
        }
    }

    private static IntegerLayer Layer(
        int[] weights, long[] shape, int[]? bias, QuantizationParameters? output, params (string Name, AttributeValue Value)[] attributes)
    {
        var node = new GraphNode(
            "c", "Conv", ["x", "w", "b"], ["c"], attributes.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));
        float[] steps = [.. Enumerable.Repeat(0.25f, (int)shape[0])];
        var pair = output is { } parameters ? new ConstantQuantizer("c", parameters) : null;
        return IntegerLayer.Of(node, weights, shape, bias, Read, steps, pair, ComputeDevice.Emulated).ShouldNotBeNull();
    }

    private static float[] Run(IntegerLayer layer, float[] shown, long[] shape, ComputeDevice? device = null)
    {
        device ??= ComputeDevice.Emulated;
        using var entered = device.Enter();
        using var x = device.Take(TensorFactory.FromFloats(shown, shape));
        using var y = layer.Run(x, null);
        using var here = Aten.Call("aten::to.device", y, ComputeDevice.Cpu.Name, TorchSharp.torch.ScalarType.Float32);
        return TensorFactory.ToFloats(here);
    }
}
