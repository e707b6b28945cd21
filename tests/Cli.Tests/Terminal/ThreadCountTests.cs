namespace Cluster.Cli.Tests.Terminal;

public class ThreadCountTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 16)]
    public void Judge_AtMostOneACore_SaysNothing(int threads, int cores) => ThreadCount.Judge(threads, cores).ShouldBeNull();

    [Theory]
    [InlineData(4, 1, "--threads is 4 where this machine has 1 core for it")]
    [InlineData(8, 2, "--threads is 8 where this machine has 2 cores for it")]
    public void Judge_UpToFourACore_Warns(int threads, int cores, string expected) =>
        ThreadCount.Judge(threads, cores).ShouldNotBeNull().ShouldStartWith(expected);

    [Fact]
    public void Judge_MoreThanFourACore_IsAUsageError() => Should.Throw<UsageException>(() => ThreadCount.Judge(64, 2)).Message
        .ShouldBe("--threads is 64 where this machine has 2 cores for it, and no useful latency can be measured; give 1 to 2.");
}
