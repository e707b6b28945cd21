namespace Cluster.Evaluation.Tests.Setup;

public sealed class TimingSecondsTests
{
    [Theory]
    [InlineData(null, 1)]
    [InlineData("", 1)]
    [InlineData("0.2", 0.2)]
    [InlineData("60", 60)]
    public void Of_SecondsOrNothing_AreThoseOrOne(string? value, double seconds) => TimingSeconds.Of(value).ShouldBe(seconds);

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("4000")]
    [InlineData("0,2")]
    [InlineData("soon")]
    public void Of_AnythingElse_IsRefused(string value) => Should.Throw<JobException>(() => TimingSeconds.Of(value)).Message
        .ShouldBe($"CLUSTER_TIMING_SECONDS is '{value}', expected seconds above 0 and up to 3600, such as 1 or 0.2.");

    [Fact]
    public void Options_SecondsOfASetup_ScaleTheCapOfAllFiles() =>
        FileTimer.Options(threads: 1, files: 3, patience: 4 * 0.2).TimeCap.TotalSeconds.ShouldBe(4, 1e-9);
}
