using Cluster.Kernels.Execution.Floats;

namespace Cluster.Kernels.Tests.Execution.Floats;

/// <summary>Rounding to FP16, BF16 and TF32, computed by hand and by two ways that know nothing of each other.</summary>
public sealed class FloatRoundingTests
{
    // A unit in the last place of 1 is 2^-10 in FP16 and TF32 and 2^-7 in BF16: half of it is a tie, which goes to the even neighbour.
    [Theory]
    [InlineData("float16", 1 + 0.00048828125f, 1)]
    [InlineData("float16", 1 + 3 * 0.00048828125f, 1 + 0.001953125f)]
    [InlineData("float16", 1 + 0.00048828125f + 9.5367431640625E-07f, 1 + 0.0009765625f)]
    [InlineData("float16", 65519, 65504)]
    [InlineData("float16", 65520, float.PositiveInfinity)]
    [InlineData("float16", 2.9802322387695312E-08f, 0)]
    [InlineData("float16", 1.5f * 5.960464477539063E-08f, 1.1920928955078125E-07f)]
    [InlineData("bfloat16", 1 + 0.00390625f, 1)]
    [InlineData("bfloat16", 1 + 3 * 0.00390625f, 1 + 0.015625f)]
    [InlineData("bfloat16", -3.01f, -3.015625f)]
    [InlineData("bfloat16", float.MaxValue, float.PositiveInfinity)]
    [InlineData("tf32", 1 + 0.00048828125f, 1)]
    [InlineData("tf32", 1 + 3 * 0.00048828125f, 1 + 0.001953125f)]
    [InlineData("tf32", -65520, -65536)]
    [InlineData("tf32", float.NegativeInfinity, float.NegativeInfinity)]
    public void Rounded_ComputedByHand_IsThat(string format, float exact, float rounded) =>
        FloatRounding.Rounded(TensorData.FromFloats([1], [exact]), NumberFormat.Parse(format)).As<float>()[0].ShouldBe(rounded);

    [Theory]
    [InlineData("float16")]
    [InlineData("bfloat16")]
    [InlineData("tf32")]
    public void Rounded_AnyBits_AreTheSameAsConstantAndAsTensor(string format)
    {
        var random = new Random(7);
        float[] values = [.. Enumerable.Range(0, 20_000)
            .Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)))
            .Where(value => !float.IsNaN(value))];
        using var tensor = TensorFactory.FromFloats(values, [values.Length]);

        using var rounded = FloatRounding.Rounded(tensor, NumberFormat.Parse(format));

        TensorFactory.ToFloats(rounded).ShouldBe(
            FloatRounding.Rounded(TensorData.FromFloats([values.Length], values), NumberFormat.Parse(format)).As<float>().ToArray());
    }

    [Theory]
    [InlineData("float16")]
    [InlineData("bfloat16")]
    [InlineData("tf32")]
    public void Rounded_NaN_StaysOne(string format) =>
        float.IsNaN(FloatRounding.Rounded(TensorData.FromFloats([1], [float.NaN]), NumberFormat.Parse(format)).As<float>()[0])
            .ShouldBeTrue();

    [Fact]
    public void Stored_Halves_TakeTwoBytesAndComeBack()
    {
        var exact = TensorData.FromFloats([3], [0.5f, -1.25f, 3]);
        foreach (var format in new[] { NumberFormat.Float16, NumberFormat.BFloat16 })
        {
            var stored = FloatRounding.Stored(exact, format);

            stored.Bytes.Length.ShouldBe(6);
            stored.Widened().As<float>().ToArray().ShouldBe([0.5f, -1.25f, 3]);
        }
    }
}
