namespace Cluster.Kernels.Tests.Quantization;

public sealed class PairSafeWeightsTests
{
    private static readonly PairedCodes Row = Of(4);

    [Fact]
    public void Scales_LargestPair_IsWhatTheyCover()
    {
        // 1 + 0.28 fits 128 codes of 0.01; 1 + 0.6 needs 0.0125; -1 takes from 0.9 what it adds.
        PairSafeWeights.Scales([1f, 0.28f, 0f, 0f], Row, [0.01f])[0].ShouldBe(0.01f);
        PairSafeWeights.Scales([1f, 0.6f, 0f, 0f], Row, [0.01f])[0].ShouldBe(0.0125f, 1e-8);
        PairSafeWeights.Scales([-1f, 0.9f, -0.5f, -0.78f], Row, [0.01f])[0].ShouldBe(0.01f);
    }

    [Fact]
    public void Scales_TwoLargestAreNeighbours_AreThoseOfSevenBits() =>
        PairSafeWeights.Scales([1f, 1f, 0f, 0f], Row, [1f / 127])[0].ShouldBe(1f / 64, 1e-8);

    [Fact]
    public void Clip_TooLargePair_GivesWayByHalf()
    {
        PairSafeWeights.Clip([100, 50, -127, -127], Row).ShouldBe([89, 39, -64, -64]);
        PairSafeWeights.Clip([64, 65, 64, 64], Row).ShouldBe([64, 64, 64, 64]);
        PairSafeWeights.Clip([127, -127, 100, 28], Row).ShouldBe([127, -127, 100, 28]);
    }

    [Fact]
    public void Project_TooLargePair_IsTheNearestThatFits()
    {
        float[] weights = [1f, 0.6f, -2f, -0.1f];

        PairSafeWeights.Project(weights, Row, [0.01f]).ShouldBeTrue();

        weights.ShouldBe([0.84f, 0.44f, -1.28f, 0f], 1e-6); // of the second pair nothing is left to give way
        PairSafeWeights.Project(weights, Row, [0.0100001f]).ShouldBeFalse();
    }

    [Fact]
    public void ScalesAndClip_AnyWeights_AreSafeWithAtMostTwiceTheStep() => Prop.ForAll<NormalFloat[]>(values =>
    {
        float[] weights = [.. values.Select(value => (float)Math.Clamp(value.Get, -1e6, 1e6))];
        var pairs = Of(weights.Length);
        float[] least = ChannelScales.MaxAbs(weights, [1, weights.Length], 0);
        float[] scales = PairSafeWeights.Scales(weights, pairs, least);
        sbyte[] rounded = WeightQuantizer.Quantize(weights, [1, weights.Length], 0, scales);
        sbyte[] codes = PairSafeWeights.Clip(rounded, pairs);

        pairs.AreSafe(codes).ShouldBeTrue();
        scales[0].ShouldBeInRange(least[0], least[0] * 127f / 64 * 1.000001f);
        codes.Zip(rounded, (code, before) => Math.Abs(code - before)).ShouldAllBe(change => change <= 1);
        PairSafeWeights.Clip(codes, pairs).ShouldBe(codes);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Clip_AnyCodes_AreSafeAndOfTheSameSigns() => Prop.ForAll<sbyte[]>(codes =>
    {
        var pairs = Of(codes.Length);
        sbyte[] clipped = PairSafeWeights.Clip(codes, pairs);

        pairs.AreSafe(clipped).ShouldBeTrue();
        clipped.Zip(codes).ShouldAllBe(
            pair => Math.Sign(pair.First) == Math.Sign(pair.Second) && Math.Abs((int)pair.First) <= Math.Abs((int)pair.Second));
    }).QuickCheckThrowOnFailure();

    private static PairedCodes Of(int length) => PairedCodes.Of(
        new GraphNode("n", "Gemm", ["x", "w"], ["y"], ("transB", AttributeValue.Of(1L))),
        [1, length])!.Value;
}
