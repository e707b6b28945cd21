using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class PerChannelTests
{
    private static readonly long[] Shape = [3, 5, 4, 7];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(-1)]
    public void FakeQuantizePerChannel_AnyAxisAndFormat_IsBitwiseTheReference(int axis)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        float[] values = Values();
        int dimension = axis < 0 ? axis + 4 : axis;
        float[] scales = [.. Enumerable.Range(0, (int)Shape[dimension]).Select(c => 0.01f * (c + 1))];
        int[] zeros = [.. Enumerable.Range(0, scales.Length).Select(c => (c % 3) - 1)];
        int[] channel = Channels(dimension);
        float[] expected = [.. values.Select((value, i) => ReferenceQuantizer.FakeQuantize(value, scales[channel[i]], zeros[channel[i]], -128, 127))];
        byte[] codes = [.. values.Select((value, i) => (byte)ReferenceQuantizer.Quantize(value, scales[channel[i]], zeros[channel[i]], -128, 127))];
        torch.Tensor x = TensorFactory.FromFloats(values, Shape);

        foreach (torch.Tensor layout in new[] { x, TensorOps.ToChannelsLast(x), Transposed(x), Strided(x) })
        {
            torch.Tensor y = NativeKernels.FakeQuantizePerChannel(layout, scales, zeros, axis, -128, 127);
            torch.Tensor q = NativeKernels.QuantizePerChannel(layout, scales, zeros, axis, -128, 127);

            FakeQuantizeTests.Bits(TensorFactory.ToFloats(y)).ShouldBe(FakeQuantizeTests.Bits(expected));
            TensorFactory.ToBytes(q).ShouldBe(codes);
        }
    }

    [Fact]
    public void FakeQuantizePerChannel_EqualScales_IsPerTensor()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = TensorFactory.FromFloats(Values(), Shape);

        torch.Tensor one = NativeKernels.FakeQuantize(x, new QuantizationParameters(0.03f, 5, -128, 127));
        torch.Tensor many = NativeKernels.FakeQuantizePerChannel(x, [0.03f, 0.03f, 0.03f, 0.03f, 0.03f], [5, 5, 5, 5, 5], 1, -128, 127);

        TensorFactory.ToFloats(many).ShouldBe(TensorFactory.ToFloats(one));
    }

    [Fact]
    public void FakeQuantize_ChannelsLast_KeepsTheFormatAndTheValues()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = TensorFactory.FromFloats(Values(), Shape);
        var p = new QuantizationParameters(0.02f, 100, 0, 255);

        torch.Tensor last = NativeKernels.FakeQuantize(TensorOps.ToChannelsLast(x), p);

        last.stride().ShouldBe([140L, 1, 35, 5]);
        TensorFactory.ToFloats(last).ShouldBe(TensorFactory.ToFloats(NativeKernels.FakeQuantize(x, p)));
    }

    [Fact]
    public void FakeQuantizePerChannel_WrongNumberOfScales_IsRefused()
    {
        using torch.Tensor x = TensorFactory.FromFloats(Values(), Shape);

        Should.Throw<KernelException>(() => NativeKernels.FakeQuantizePerChannel(x, [1f, 1f], [0, 0], 1, -128, 127)).Message.ShouldContain("5 channels");
    }

    internal static float[] Values() => [.. Enumerable.Range(0, 3 * 5 * 4 * 7).Select(i => 2.5f * MathF.Sin(i * 0.37f))];

    internal static torch.Tensor Transposed(torch.Tensor x)
    {
        torch.Tensor swapped = TensorOps.Contiguous(TensorOps.Transpose(x, [3, 2, 1, 0]));
        return TensorOps.Transpose(swapped, [3, 2, 1, 0]);
    }

    /// <summary>The same values with holes between them in memory.</summary>
    internal static torch.Tensor Strided(torch.Tensor x) => TensorOps.Slice(TensorOps.Cat([x, x], 3), 3, 0, x.shape[3]);

    private static int[] Channels(int dimension)
    {
        long inner = Shape.Skip(dimension + 1).Aggregate(1L, (product, size) => product * size);
        return [.. Enumerable.Range(0, 3 * 5 * 4 * 7).Select(i => (int)(i / inner % Shape[dimension]))];
    }
}
