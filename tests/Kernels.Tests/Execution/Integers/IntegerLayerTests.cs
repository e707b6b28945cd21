using System.Collections.ObjectModel;
using Cluster.Kernels.Calibration;
using Cluster.Kernels.Execution.FakeQuantization;
using Cluster.Kernels.Execution.Integers;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tests.Execution.Integers;

/// <summary>One layer and the sum behind it, by integers computed by hand.</summary>
public sealed class IntegerLayerTests
{
    // Steps of 0.5 with zero point 128. Weights 2 and -1, bias 4: 2*3 - 1 + 4 = 9 and 2*-2 - 5 + 4 = -5, of 0.25 each.
    private static readonly QuantizationParameters Read = new(0.5f, 128, 0, 255);
    private static readonly float[] Shown = [1.5f, 0.5f, -1, 2.5f];
    private static readonly sbyte[] Codes = [3, 1, -2, 5];

    // 9 / 4 = 2.25 -> 2 and -5 / 4 = -1.25 -> -1.
    private static readonly QuantizationParameters Written = new(1, 0, -128, 127);

    // Codes 13 and 9 of zero point 10, as int8 less 128: 3 and -1 steps of 0.5.
    private static readonly QuantizationParameters Other = new(0.5f, 10, 0, 255);
    private static readonly sbyte[] OtherCodes = [-115, -119];
    private static readonly float[] OtherShown = [1.5f, -0.5f];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_Alone_IsTheLayersOutput(bool codes)
    {
        using var layer = Layer(Written);

        Run(layer, codes, null).ShouldBe([2, -1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_WithoutAPair_IsTheRealNumber(bool codes)
    {
        using var layer = Layer(null);

        Run(layer, codes, null).ShouldBe([2.25f, -1.25f]);
    }

    // 2 + 1.5 = 3.5 -> 4, the even code; -1 - 0.5 < 0 -> 0.
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Run_WithASum_AddsClipsAndRounds(bool codes, bool addendInCodes)
    {
        using var layer = Layer(Written);
        layer.Add(Sum(ActivationBounds.Relu, new QuantizationParameters(1, 0, 0, 255)), Other);

        Run(layer, codes, addendInCodes).ShouldBe([4, 0]);
    }

    [Fact]
    public void Run_WithASumWithoutAPair_IsTheRealSumWithinItsBounds()
    {
        using var layer = Layer(null);
        layer.Add(Sum(new ActivationBounds(-1, 3), null), null);

        // 2.25 + 1.5 = 3.75 and -1.25 - 0.5 = -1.75.
        Run(layer, false, false).ShouldBe([3, -1]);
    }

    // Steps 4 and 0 of zero point 7, as int8 less 128.
    [Fact]
    public void Run_ThatWritesCodes_HandsOnInt8()
    {
        using var layer = Layer(Written);
        layer.Add(Sum(ActivationBounds.Relu, new QuantizationParameters(1, 7, 0, 255)), Other);
        layer.WriteCodes();

        Run(layer, true, true).ShouldBe([-117, -121]);
    }

    [Fact]
    public void Run_AddendOfAnotherShape_IsRefused()
    {
        using var layer = Layer(Written);
        layer.Add(Sum(ActivationBounds.None, null), null);
        using var one = TensorFactory.FromFloats([1], [1, 1, 1, 1]);
        using var x = TensorFactory.FromFloats(Shown, [2, 2, 1, 1]);
        using var entered = ComputeDevice.Emulated.Enter();

        Should.Throw<KernelException>(() => layer.Run(x, one)).Message.ShouldContain("to add to its output [2, 1, 1, 1]");
    }

    private static AbsorbedSum Sum(ActivationBounds bounds, QuantizationParameters? pair)
    {
        var add = Node("Add", ["c", "r"], "a");
        return new AbsorbedSum(add, null, "r", bounds, pair);
    }

    private static GraphNode Node(string type, string[] inputs, string output) =>
        new(type, type, inputs, [output], ReadOnlyDictionary<string, AttributeValue>.Empty);

    private static IntegerLayer Layer(QuantizationParameters? output)
    {
        var node = Node("Conv", ["x", "w", "b"], "c");
        var pair = output is { } parameters ? new ConstantQuantizer("c", parameters) : null;
        return IntegerLayer.Of(node, [2, -1], [1, 2, 1, 1], [4], Read, [0.25f], pair, ComputeDevice.Emulated).ShouldNotBeNull();
    }

    // Two images of one pixel and two channels.
    private static float[] Run(IntegerLayer layer, bool codes, bool? addendInCodes)
    {
        using var entered = ComputeDevice.Emulated.Enter();
        using var x = Given(codes, Shown, Codes, [2, 2, 1, 1]);
        using var addend = addendInCodes is { } inCodes ? Given(inCodes, OtherShown, OtherCodes, [2, 1, 1, 1]) : null;
        using var y = layer.Run(x, addend);
        y.dtype.ShouldBe(layer.WritesCodes ? ScalarType.Int8 : ScalarType.Float32);
        using var floats = Aten.Call("aten::to.dtype", y, ScalarType.Float32);
        return TensorFactory.ToFloats(floats);
    }

    private static Tensor Given(bool codes, float[] shown, sbyte[] steps, long[] shape) =>
        codes ? TensorFactory.FromTensorData(TensorData.FromInt8(shape, steps)) : TensorFactory.FromFloats(shown, shape);
}
