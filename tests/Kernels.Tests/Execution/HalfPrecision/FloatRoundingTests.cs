using Cluster.Kernels.Execution.HalfPrecision;

namespace Cluster.Kernels.Tests.Execution.HalfPrecision;

/// <summary>Rounding to FP16, computed by hand and by two ways that know nothing of each other.</summary>
public sealed class FloatRoundingTests
{
    // A unit in the last place of 1 is 2^-10 in FP16: half of it is a tie, which goes to the even neighbour.
    [Theory]
    [InlineData(1 + 0.00048828125f, 1)]
    [InlineData(1 + 3 * 0.00048828125f, 1 + 0.001953125f)]
    [InlineData(1 + 0.00048828125f + 9.5367431640625E-07f, 1 + 0.0009765625f)]
    [InlineData(65519, 65504)]
    [InlineData(65520, float.PositiveInfinity)]
    [InlineData(2.9802322387695312E-08f, 0)]
    [InlineData(1.5f * 5.960464477539063E-08f, 1.1920928955078125E-07f)]
    public void Rounded_ComputedByHand_IsThat(float exact, float rounded) =>
        FloatRounding.Rounded(TensorData.FromFloats([1], [exact]), NumberFormat.Float16).As<float>()[0].ShouldBe(rounded);

    [Fact]
    public void Rounded_AnyBits_AreTheSameAsConstantAndAsTensor()
    {
        var random = new Random(7);
        float[] values = [.. Enumerable.Range(0, 20_000)
            .Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)))
            .Where(value => !float.IsNaN(value))];
        using var tensor = TensorFactory.FromFloats(values, [values.Length]);

        using var rounded = FloatRounding.Rounded(tensor, NumberFormat.Float16);

        TensorFactory.ToFloats(rounded).ShouldBe(
            FloatRounding.Rounded(TensorData.FromFloats([values.Length], values), NumberFormat.Float16).As<float>().ToArray());
    }

    [Fact]
    public void Rounded_NaN_StaysOne() =>
        float.IsNaN(FloatRounding.Rounded(TensorData.FromFloats([1], [float.NaN]), NumberFormat.Float16).As<float>()[0])
            .ShouldBeTrue();

    [Fact]
    public void Stored_Halves_TakeTwoBytesAndComeBack()
    {
        var exact = TensorData.FromFloats([3], [0.5f, -1.25f, 3]);

        var stored = FloatRounding.Stored(exact, NumberFormat.Float16);

        stored.Bytes.Length.ShouldBe(6);
        stored.Widened().As<float>().ToArray().ShouldBe([0.5f, -1.25f, 3]);
    }
}
