using Cluster.Terminal;
using Cluster.Terminal.Options;

namespace Cluster.Terminal.Tests;

public class MaxDropTests
{
    [Theory]
    [InlineData("0.5%", 0.005)]
    [InlineData("0.005", 0.005)]
    [InlineData("5%", 0.05)]
    [InlineData("0", 0)]
    public void Warning_UsualBound_IsNone(string text, double share) => MaxDrop.Warning(text, share).ShouldBeNull();

    [Theory]
    [InlineData(
        "0.5",
        0.5,
        "--max-drop 0.5 accepts a loss of up to 50 points; a number without % is a fraction, so write "
        + "--max-drop 0.5% for 0.5 points.")]
    [InlineData("20%", 0.2, "--max-drop 20% accepts a loss of up to 20 points; 0.5% is usual.")]
    public void Warning_BoundAboveFivePoints_SaysWhatItMeansAndWhatWasProbablyMeant(string text, double share, string expected) =>
        MaxDrop.Warning(text, share).ShouldBe(expected);
}
