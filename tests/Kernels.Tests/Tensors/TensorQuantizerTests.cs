using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class TensorQuantizerTests
{
    [Fact]
    public void FakeQuantize_SpecialValues_AreThoseOfOnnxRuntime()
    {
        using torch.Tensor x = TensorFactory.FromFloats([float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0.0f, -0.1f], [5]);

        using torch.Tensor y = TensorQuantizer.FakeQuantize(x, new QuantizationParameters(0.5f, 10, 0, 255));

        Bits(y).ShouldBe(Bits([-5f, 122.5f, -5f, 0f, 0f]));
    }

    [Fact]
    public void FakeQuantize_AnyTensor_IsBitwiseTheReference() =>
        Prop.ForAll(Cases(), one =>
        {
            using DisposeScope scope = torch.NewDisposeScope();
            torch.Tensor x = TensorFactory.FromFloats(one.Values, [one.Values.Length]);
            torch.Tensor y = TensorQuantizer.FakeQuantize(x, one.Parameters);
            int[] expected = Bits([.. one.Values.Select(value => Reference(value, one.Parameters))]);
            return Bits(y).SequenceEqual(expected)
                && Bits(TensorQuantizer.FakeQuantize(y, one.Parameters)).SequenceEqual(expected)
                && Bits(TensorQuantizer.FakeQuantizeByOperators(x, one.Parameters)).SequenceEqual(expected);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void FakeQuantize_ManyElements_IsBitwiseTheReference()
    {
        // Several pieces, the last one not full.
        float[] values = [.. Enumerable.Range(0, 100_003).Select(i => MathF.Sin(i) * 4)];
        var p = new QuantizationParameters(0.021f, 100, 0, 255);
        using torch.Tensor x = TensorFactory.FromFloats(values, [values.Length]);

        using torch.Tensor y = TensorQuantizer.FakeQuantize(x, p);

        Bits(y).ShouldBe(Bits([.. values.Select(value => Reference(value, p))]));
    }

    [Fact]
    public void FakeQuantizeSteps_OfSteps_IsTheSameAsOfTheNumbers()
    {
        var p = new QuantizationParameters(0.25f, 3, 0, 255); // a power of two: numbers and steps have the same bits
        using torch.Tensor x = TensorFactory.FromFloats([-1, -0.1f, 0.125f, 0.375f, 7.9f, 1000], [6]);
        using torch.Tensor steps = TensorFactory.FromFloats([-4, -0.4f, 0.5f, 1.5f, 31.6f, 4000], [6]);

        using torch.Tensor y = TensorQuantizer.FakeQuantizeSteps(steps, p);

        using torch.Tensor expected = TensorQuantizer.FakeQuantize(x, p);
        Bits(y).ShouldBe(Bits(expected));
    }

    [Fact]
    public void Steps_Ties_GoToEven()
    {
        using torch.Tensor x = TensorFactory.FromFloats([0.25f, 0.75f, -1.25f, 0.1f, 100], [5]);

        using torch.Tensor steps = TensorQuantizer.Steps(x, 0.5f);

        TensorFactory.ToFloats(steps).ShouldBe([0, 2, -2, 0, 200]);
    }

    [Theory]
    [InlineData(0f, 0)]
    [InlineData(-1f, 0)]
    [InlineData(float.NaN, 0)]
    [InlineData(1f, 300)]
    public void FakeQuantize_ImpossibleParameters_AreRefused(float scale, int zeroPoint)
    {
        using torch.Tensor x = TensorFactory.FromFloats([1], [1]);

        Should.Throw<KernelException>(() => TensorQuantizer.FakeQuantize(x, new QuantizationParameters(scale, zeroPoint, 0, 255)));
    }

    private static int[] Bits(torch.Tensor tensor) => Bits(TensorFactory.ToFloats(tensor));

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];

    private static float Reference(float value, QuantizationParameters p) =>
        ReferenceQuantizer.FakeQuantize(value, p.Scale, p.ZeroPoint, p.Minimum, p.Maximum);

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
