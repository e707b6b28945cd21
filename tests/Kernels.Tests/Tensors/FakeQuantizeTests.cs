using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using FsCheck;
using FsCheck.Fluent;
using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class FakeQuantizeTests
{
    // Range [-1, 3]: scale 4 / (2^b - 1); s and z worked out in plain Python.
    [Theory]
    [InlineData(255, 0, 64, 0, 64, 96, 255, 255)]
    [InlineData(255, -128, -64, -128, -64, -32, 127, 127)]
    [InlineData(15, 0, 4, 0, 4, 6, 15, 15)]
    [InlineData(3, 0, 1, 0, 1, 1, 3, 3)]
    public void Quantize_WorkedVector_GivesTheCodes(int steps, int minimum, int zeroPoint, int c0, int c1, int c2, int c3, int c4)
    {
        var p = new QuantizationParameters(4f / steps, zeroPoint, minimum, minimum + steps);
        using torch.Tensor x = TensorFactory.FromFloats([-1, 0, 0.5f, 3, 5], [5]);

        using torch.Tensor codes = NativeKernels.Quantize(x, p);

        byte[] raw = TensorFactory.ToBytes(codes);
        int[] expected = [c0, c1, c2, c3, c4];
        raw.Select(code => minimum < 0 ? (sbyte)code : (int)code).ShouldBe(expected);
    }

    [Fact]
    public void Quantize_OnnxNodeTest_GivesItsOutput()
    {
        using torch.Tensor x = TensorFactory.FromFloats([0, 2, 3, 1000, -254, -1000], [6]);

        using torch.Tensor codes = NativeKernels.Quantize(x, new QuantizationParameters(2, 128, 0, 255));

        TensorFactory.ToBytes(codes).ShouldBe<byte>([128, 129, 130, 255, 1, 0]);
    }

    [Fact]
    public void FakeQuantize_OnnxSixteenBitNodeTests_GiveTheirCodes()
    {
        float[] unsigned = [0, -128, 3, -3, 2.9f, -2.9f, 3.1f, -3.1f, 65536, -65534, 70000, -70000];
        int[] unsignedCodes = [32767, 32703, 32769, 32765, 32768, 32766, 32769, 32765, 65535, 0, 65535, 0];
        float[] signed = [-514, 65022, -66046, 65023, -66047, 65024, -66048];
        int[] signedCodes = [-1, 32767, -32767, 32767, -32768, 32767, -32768];

        Codes(unsigned, 32767, 0, 65535).ShouldBe(unsignedCodes);
        Codes(signed, 256, -32768, 32767).ShouldBe(signedCodes);

        static int[] Codes(float[] values, int zeroPoint, int minimum, int maximum)
        {
            using torch.Tensor x = TensorFactory.FromFloats(values, [values.Length]);
            using torch.Tensor y = NativeKernels.FakeQuantize(x, new QuantizationParameters(2, zeroPoint, minimum, maximum));
            return [.. TensorFactory.ToFloats(y).Select(value => (int)(value / 2) + zeroPoint)];
        }
    }

    [Fact]
    public void FakeQuantize_TiesWithOddZeroPoint_RoundBeforeAddingIt()
    {
        // x / s = 0.5 with z = 1: ONNX rounds 0.5 to 0 and adds 1; rounding 1.5 would give 2.
        using torch.Tensor x = TensorFactory.FromFloats([0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f], [6]);

        using torch.Tensor codes = NativeKernels.Quantize(x, new QuantizationParameters(1, 1, -128, 127));

        TensorFactory.ToBytes(codes).Select(code => (int)(sbyte)code).ShouldBe([1, 3, 3, 1, -1, -1]);
    }

    [Fact]
    public void FakeQuantize_SpecialValues_AreThoseOfOnnxRuntime()
    {
        using torch.Tensor x = TensorFactory.FromFloats([float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0.0f, -0.1f], [5]);

        using torch.Tensor y = NativeKernels.FakeQuantize(x, new QuantizationParameters(0.5f, 10, 0, 255));

        float[] values = TensorFactory.ToFloats(y);
        values[..3].ShouldBe([-5f, 122.5f, -5f]);
        BitConverter.SingleToInt32Bits(values[3]).ShouldBe(0);
        BitConverter.SingleToInt32Bits(values[4]).ShouldBe(0);
    }

    [Fact]
    public void FakeQuantize_AnyTensor_IsBitwiseTheReference() =>
        Prop.ForAll(Cases(), one =>
        {
            using torch.Tensor x = TensorFactory.FromFloats(one.Values, [one.Values.Length]);
            using torch.Tensor y = NativeKernels.FakeQuantize(x, one.Parameters);
            using torch.Tensor q = NativeKernels.Quantize(x, one.Parameters);
            using torch.Tensor again = NativeKernels.FakeQuantize(y, one.Parameters);
            (float scale, int zero, int minimum, int maximum) = one.Parameters;
            float[] expected = [.. one.Values.Select(value => ReferenceQuantizer.FakeQuantize(value, scale, zero, minimum, maximum))];
            byte[] codes = [.. one.Values.Select(value => (byte)ReferenceQuantizer.Quantize(value, scale, zero, minimum, maximum))];
            return Bits(TensorFactory.ToFloats(y)).SequenceEqual(Bits(expected))
                && TensorFactory.ToBytes(q).SequenceEqual(codes)
                && Bits(TensorFactory.ToFloats(again)).SequenceEqual(Bits(expected));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void FakeQuantize_InsideTheRange_ErrsByHalfAStepAtMostAndKeepsOrder() =>
        Prop.ForAll(Cases(), one =>
        {
            float[] sorted = [.. one.Values.Where(value => value >= one.Parameters.Low && value <= one.Parameters.High).Order()];
            using torch.Tensor x = TensorFactory.FromFloats(sorted, [sorted.Length]);
            using torch.Tensor y = NativeKernels.FakeQuantize(x, one.Parameters);
            float[] values = TensorFactory.ToFloats(y);

            // Quotient and product each round once in float32, besides the half step.
            return values.Zip(sorted)
                .All(pair => Math.Abs((double)pair.First - pair.Second) <= (one.Parameters.Scale * 0.5) + (Math.Abs(pair.Second) * 2.4e-7))
                && values.SequenceEqual(values.Order());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void FakeQuantize_SignedAndUnsignedShiftedBy128_AreIdenticalReals() =>
        Prop.ForAll(Cases(), one =>
        {
            QuantizationParameters p = one.Parameters with { Minimum = 0, Maximum = 255, ZeroPoint = one.Parameters.ZeroPoint & 255 };
            using torch.Tensor x = TensorFactory.FromFloats(one.Values, [one.Values.Length]);
            using torch.Tensor unsigned = NativeKernels.FakeQuantize(x, p);
            using torch.Tensor signed = NativeKernels.FakeQuantize(
                x, p with { Minimum = -128, Maximum = 127, ZeroPoint = p.ZeroPoint - 128 });
            return Bits(TensorFactory.ToFloats(unsigned)).SequenceEqual(Bits(TensorFactory.ToFloats(signed)));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0f, 0)]
    [InlineData(-1f, 0)]
    [InlineData(float.NaN, 0)]
    [InlineData(1f, 300)]
    public void FakeQuantize_ImpossibleParameters_AreRefused(float scale, int zeroPoint)
    {
        using torch.Tensor x = TensorFactory.FromFloats([1], [1]);

        Should.Throw<KernelException>(() => NativeKernels.FakeQuantize(x, new QuantizationParameters(scale, zeroPoint, 0, 255)));
    }

    internal static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];

    private static Arbitrary<Case> Cases()
    {
        Gen<Case> cases =
            from scale in Gen.Choose(1, 1_000_000).Select(i => i * 1e-5f)
            from signed in Gen.Elements(false, true)
            from zero in Gen.Choose(0, 255)
            from length in Gen.Choose(0, 70)
            from codes in Gen.ArrayOf(Gen.Choose(-90_000, 90_000), length)
            from onGrid in Gen.Elements(false, true)
            let minimum = signed ? -128 : 0

            // Half of the cases sit on half steps, where rounding is decided.
            select new Case(
                [.. codes.Select(code => onGrid ? code / 100 * 0.5f * scale : code * 0.01f * scale)],
                new QuantizationParameters(scale, zero + minimum, minimum, minimum + 255));
        return cases.ToArbitrary();
    }

    private sealed record Case(float[] Values, QuantizationParameters Parameters)
    {
        public override string ToString() => $"{Parameters} on [{string.Join(", ", Values.Select(value => value.ToString("R")))}]";
    }
}
