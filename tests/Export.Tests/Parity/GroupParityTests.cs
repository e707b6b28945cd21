namespace Cluster.Export.Tests.Parity;

public sealed class GroupParityTests
{
    [Theory]
    [InlineData(1, 1, false, true)]
    [InlineData(1, 4, false, false)]
    [InlineData(1, 4, true, true)]
    [InlineData(2, 4, true, false)]
    public void Passes_AStepOfSeveralCodes_OnlyWhereEachRunRounds(long different, int largest, bool restsOnRuns, bool passes) =>
        new GroupParity("g", "t", 1000, different, largest) { RestsOnRuns = restsOnRuns }.Passes.ShouldBe(passes);
}
