using System.Diagnostics;
using Cluster.Tests.Limits;

namespace Cluster.Architecture.Tests.Limits;

public sealed class HangWatchTests
{
    [Fact]
    public async Task Run_TestThatNeverReturns_IsNamedAndEndsTheProgram()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true
        };
        foreach (string argument in new[]
        {
            "--explicit", "only", "--filter-method", "*." + nameof(Endless_Always_NeverReturns), "--progress", "off"
        })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["CLUSTER_TEST_HANG_MINUTES"] = "0.01";
        using Process program = Process.Start(start)!;
        Task<string> output = program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);

        program.ExitCode.ShouldNotBe(0, await output);
        error.ShouldContain($"HUNG: {typeof(HangWatchTests).FullName}.{nameof(Endless_Always_NeverReturns)} has run for 0.01 minutes");
    }

    /// <summary>The test above runs it in a program of its own: synchronous and busy, which no timeout of xunit ends.</summary>
    [Fact(Explicit = true)]
    public void Endless_Always_NeverReturns()
    {
        while (TestContext.Current is not null)
        {
            Thread.SpinWait(1000);
        }
    }

    [Theory]
    [InlineData(null, 600)]
    [InlineData("", 600)]
    [InlineData("0.5", 30)]
    [InlineData("90", 5400)]
    public void LimitOf_MinutesOrNothing_IsThatTime(string? minutes, int seconds) =>
        HangWatch.LimitOf(minutes).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("ten")]
    public void LimitOf_AnythingElse_SaysWhatWasExpected(string minutes) =>
        Should.Throw<FormatException>(() => HangWatch.LimitOf(minutes)).Message.ShouldContain($"'{minutes}', expected a number of minutes");

    [Fact]
    public void Describe_BusyOrWaiting_AreDistinct()
    {
        TimeSpan limit = TimeSpan.FromMinutes(10);

        HangWatch.Describe(["a.b"], limit, 0)
            .ShouldBe("HUNG: a.b has run for 10 minutes (it waits); CLUSTER_TEST_HANG_MINUTES allows more.\n");
        HangWatch.Describe(["a.b"], limit, 0.98).ShouldContain("(it keeps 1.0 processors busy)");
    }
}
