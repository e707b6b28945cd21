namespace Cluster.Kernels.Tests.Quantization;

public sealed class AffineQuantizerTests
{
    [Fact]
    public void Quantize_OnnxUInt8NodeTest_GivesItsCodes() =>
        Codes<byte>([0, 2, 3, 1000, -254, -1000], new(2f, 128, 0, 255)).ShouldBe([128, 129, 130, 255, 1, 0]);

    [Fact]
    public void Quantize_OnnxUInt16NodeTest_GivesItsCodes() =>
        Codes<ushort>([0, -128, 3, -3, 2.9f, -2.9f, 3.1f, -3.1f, 65536, -65534, 70000, -70000], new(2f, 32767, 0, 65535))
            .ShouldBe([32767, 32703, 32769, 32765, 32768, 32766, 32769, 32765, 65535, 0, 65535, 0]);

    [Fact]
    public void Quantize_OnnxInt16NodeTest_GivesItsCodes() =>
        Codes<short>([-514, 65022, -66046, 65023, -66047, 65024, -66048], new(2f, 256, -32768, 32767))
            .ShouldBe([-1, 32767, -32768 + 1, 32767, -32768, 32767, -32768]);

    [Theory]
    [InlineData(0, 255, new[] { 0, 64, 96, 255, 255 }, new[] { -1.003922f, 0.501961f, 2.996078f })]
    [InlineData(-128, 127, new[] { -128, -64, -32, 127, 127 }, new[] { -1.003922f, 0.501961f, 2.996078f })]
    [InlineData(0, 15, new[] { 0, 4, 6, 15, 15 }, new[] { -1.066667f, 0.533333f, 2.933333f })]
    [InlineData(0, 3, new[] { 0, 1, 1, 3, 3 }, new[] { -1.333333f, 0f, 2.666667f })]
    public void Quantize_WorkedVectors_GiveTheirCodesAndNumbers(int qmin, int qmax, int[] codes, float[] numbers)
    {
        var parameters = QuantizationParameters.FromRange(-1f, 3f, qmin, qmax);

        Codes<int>([-1, 0, .5f, 3, 5], parameters).ShouldBe(codes);
        float[] dequantized = new float[3];
        AffineQuantizer.Dequantize<int>([codes[0], codes[2], codes[3]], parameters, dequantized);
        dequantized.ShouldBe(numbers, 1e-6);
    }

    [Fact]
    public void Quantize_Ties_GoToEvenBeforeTheZeroPointIsAdded()
    {
        Codes<int>([.5f, 1.5f, 2.5f, -.5f, -1.5f, -2.5f], new(1f, 0, -128, 127)).ShouldBe([0, 2, 2, 0, -2, -2]);
        Codes<int>([.5f], new(1f, 1, 0, 255)).ShouldBe([1]);
    }

    [Fact]
    public void Quantize_Infinities_Saturate() =>
        Codes<byte>([float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -float.MaxValue], new(1e-8f, 3, 0, 255)).ShouldBe(
            [255, 0, 255, 0]);

    [Fact]
    public void Quantize_NaN_IsTheLowestInCodesAndFakeQuantizeAlike()
    {
        float[] fake = new float[9];
        AffineQuantizer.FakeQuantize([float.NaN, -0.1f, 0, 0, 0, 0, 0, 0, float.NaN], new(1f, 3, 0, 255), fake);

        Codes<byte>([float.NaN], new(1f, 3, 0, 255)).ShouldBe([0]);
        fake.ShouldBe([-3, 0, 0, 0, 0, 0, 0, 0, -3]);
    }

    [Fact]
    public void Quantize_TypeTooNarrow_IsRefused() =>
        Should.Throw<KernelException>(() => Codes<sbyte>([1f], new(1f, 0, 0, 255))).Message.ShouldContain("do not fit");

    [Fact]
    public void Quantize_LengthsDiffer_IsRefused() =>
        Should.Throw<KernelException>(() => AffineQuantizer.FakeQuantize([1f, 2f], new(1f, 0, 0, 255), new float[1]));

    [Fact]
    public void Dequantize_AnyLength_EqualsElementwise()
    {
        // Many at once, and what is left of them one by one.
        var parameters = new QuantizationParameters(0.037f, 77, 0, 255);
        for (int length = 0; length <= 300; length++)
        {
            byte[] codes = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];
            float[] numbers = new float[length];

            AffineQuantizer.Dequantize<byte>(codes, parameters, numbers);

            numbers.ShouldBe(codes.Select(code => AffineQuantizer.Dequantize(code, parameters)));
        }
    }

    [Fact]
    public void FakeQuantize_ManyAtOnce_HasNoNegativeZero()
    {
        float[] values = [.. Enumerable.Range(0, 100).Select(i => (i % 4) switch
        {
            0 => float.NaN,
            1 => -0f,
            2 => -0.01f, // rounds to -0
            _ => float.NegativeInfinity,
        })];

        AffineQuantizer.FakeQuantize(values, new QuantizationParameters(0.037f, 77, 0, 255), values);

        values.Where((_, i) => i % 4 is 1 or 2).ShouldAllBe(value => value == 0 && !float.IsNegative(value));
        values.Where((_, i) => i % 4 is 0 or 3).ShouldAllBe(value => value == -77 * 0.037f);
    }

    [Fact]
    public void FakeQuantize_AnyNumbers_KeepsTheProperties() =>
        Prop.ForAll(Cases(), sample =>
        {
            var p = QuantizationParameters.FromRange(sample.Low, sample.High, sample.Qmin, sample.Qmin + 255);
            float[] sorted = [.. sample.Values.Order()];
            int[] codes = Codes<int>(sorted, p);
            float[] numbers = new float[codes.Length];
            AffineQuantizer.Dequantize<int>(codes, p, numbers);
            float[] fake = new float[codes.Length];
            AffineQuantizer.FakeQuantize(sorted, p, fake);

            bool bitwise = fake.AsSpan().SequenceEqual(numbers)
                && Enumerable.Range(0, codes.Length).All(i => float.IsNegative(fake[i]) == float.IsNegative(numbers[i]));
            bool idempotent = Codes<int>(numbers, p).SequenceEqual(codes);
            bool monotone = codes.Zip(codes.Skip(1)).All(pair => pair.First <= pair.Second);
            bool close = sorted.Zip(numbers).All(pair =>
                pair.First < p.Low || pair.First > p.High || Math.Abs(pair.First - pair.Second) <= p.Scale * 0.50001);
            bool zero = AffineQuantizer.Dequantize(AffineQuantizer.Quantize(0f, p), p) == 0f;
            return bitwise && idempotent && monotone && close && zero;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Quantize_SignedAndUnsigned_MeanTheSameNumbers() =>
        Prop.ForAll(Cases(), sample =>
        {
            var unsigned = QuantizationParameters.FromRange(sample.Low, sample.High, 0, 255);
            var signed = QuantizationParameters.FromRange(sample.Low, sample.High, -128, 127);
            return unsigned.Scale == signed.Scale
                && Codes<int>(sample.Values, unsigned).SequenceEqual(Codes<int>(sample.Values, signed).Select(code => code + 128));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Quantize_AgainstNumpy_AgreesOnEveryCode()
    {
        var random = new Random(7);
        float[] x =
            [.. Enumerable.Range(0, 20000).Select(i => i % 2 == 0 ? (float)((random.NextDouble() * 8) - 4) : (i - 10000) * 0.5f * 0.0123f)];
        double[] expected = PythonReference.Run(
            "numpy",
            "q = np.clip(np.round(x / np.float32(0.0123)).astype(np.int64) + 101, 0, 255); print(*q)",
            x);

        Codes<byte>(x, new(0.0123f, 101, 0, 255)).Select(code => (double)code).ShouldBe(expected);
    }

    private static T[] Codes<T>(float[] values, QuantizationParameters parameters)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>, System.Numerics.IMinMaxValue<T>
    {
        var codes = new T[values.Length];
        AffineQuantizer.Quantize(values, parameters, codes);
        return codes;
    }

    private static Arbitrary<Case> Cases()
    {
        var number = Gen.Choose(-100000, 100000).Select(n => n / 7919f);
        return (from a in number
                from b in number
                from qmin in Gen.Elements(0, -128)
                from values in Gen.NonEmptyListOf(number)
                select new Case(Math.Min(a, b), Math.Max(a, b), qmin, [.. values])).ToArbitrary();
    }

    private sealed record Case(float Low, float High, int Qmin, float[] Values);
}
