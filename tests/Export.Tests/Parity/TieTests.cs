namespace Cluster.Export.Tests.Parity;

/// <summary>Elements that a mask lets through on one side alone, as at a tie of two peaks.</summary>
public sealed class TieTests
{
    private static readonly long[] Shape = [1, 64, 64];

    [Fact]
    public void SettleTies_WeakPeakOnOneSide_IsTheSimulations()
    {
        var (runtime, simulated) = Map();
        (runtime[400], simulated[2001]) = (0.003f, 0.002f);

        CodeComparison.SettleTies(runtime, simulated, Shape);

        runtime.ShouldBe(simulated);
    }

    [Fact]
    public void SettleTies_StrongPeakOnOneSide_StaysADifference()
    {
        var (runtime, simulated) = Map();
        simulated[40] = 0.1f;

        CodeComparison.SettleTies(runtime, simulated, Shape);

        runtime[40].ShouldBe(0);
    }

    // A channel that is 0 on one side is lost, however weak it is.
    [Fact]
    public void SettleTies_ChannelOnOneSide_StaysADifference()
    {
        var (runtime, simulated) = Map();
        simulated.AsSpan(128, 64).Fill(1e-4f);

        CodeComparison.SettleTies(runtime, simulated, Shape);

        runtime.AsSpan(128, 64).ToArray().ShouldAllBe(number => number == 0);
    }

    private static (float[] Runtime, float[] Simulated) Map()
    {
        float[] map = new float[4096];
        map[100] = 0.9f;
        return (map, [.. map]);
    }
}
