namespace Cluster.Kernels.Tests.Evaluation.Measurement;

public sealed class PaddingMaskTests
{
    private static readonly ValueInfo[] Inputs =
    [
        new("input_ids", ElementType.Int64, [-1, 3]), new("attention_mask", ElementType.Int64, [-1, 3]),
    ];

    [Fact]
    public void Clear_Padding_IsZeroAndTokensStay()
    {
        float[] values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

        PaddingMask.Of(Inputs)!.Clear([Whole(0, 0, 0, 0, 0, 0), Whole(1, 1, 0, 1, 0, 0)], [2, 3, 2], values);

        values.ShouldBe([1, 2, 3, 4, 0, 0, 7, 8, 0, 0, 0, 0]);
    }

    [Theory]
    [InlineData(new long[] { 2, 4 })]
    [InlineData(new long[] { 8 })]
    public void Clear_OutputWithoutThePositions_Stays(long[] shape)
    {
        float[] values = [1, 2, 3, 4, 5, 6, 7, 8];

        PaddingMask.Of(Inputs)!.Clear([Whole(0, 0, 0, 0, 0, 0), Whole(1, 1, 0, 1, 0, 0)], shape, values);

        values.ShouldBe([1, 2, 3, 4, 5, 6, 7, 8]);
    }

    [Fact]
    public void Clear_AdditiveMask_Stays()
    {
        float[] values = [1, 2, 3];

        PaddingMask.Of(Inputs)!.Clear([Whole(0, 0, 0), Whole(0, 0, -9)], [1, 3], values);

        values.ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void Of_NoSuchInput_IsNone() => PaddingMask.Of([Inputs[0], Inputs[1] with { Name = "mask" }]).ShouldBeNull();

    private static TensorData Whole(params long[] values) => TensorData.FromInt64([values.Length / 3, 3], values);
}
