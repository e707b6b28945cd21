using Cluster.Coordinator.Work;
using Cluster.Reporting.Sections;

namespace Cluster.Reporting.Tests.Sections;

public sealed class RecordedRunsTests
{
    [Fact]
    public void Words_RunsThatWereRepeated_SaysNothing() => RecordedRuns.Words([Timing(null), Timing(null)]).ShouldBeNull();

    [Fact]
    public void Words_RunsThatWereQueued_SaysHowManyAndEachReasonOnce() =>
        RecordedRuns.Words([Timing("It waits."), Timing(null), Timing("It waits."), Timing("It is full.")])
            .ShouldBe("kernels queued one by one in 3 of 4 timings: It waits. It is full.");

    private static LatencyResult Timing(string? unrecorded) => new()
    {
        PlanDigest = "p",
        MedianMs = 1,
        IqrMs = 0.1,
        Count = 50,
        Float32MedianMs = 2,
        Float32IqrMs = 0.1,
        Unrecorded = unrecorded,
        Runtime = "libtorch 2.6.0",
        Device = "cuda:0",
        Batch = 32,
        Threads = 1,
    };
}
