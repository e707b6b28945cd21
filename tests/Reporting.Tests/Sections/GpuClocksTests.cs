using Cluster.Reporting.Sections;

namespace Cluster.Reporting.Tests.Sections;

public sealed class GpuClocksTests
{
    [Fact]
    public void Words_Processor_SaysNothing() => GpuClocks.Words([Timing(null), Timing(null)]).ShouldBeNull();

    [Fact]
    public void Words_Unthrottled_ShowsClockRange() => GpuClocks.Words([Timing(1.98e9), Timing(1.755e9), Timing(1.9e9)])
        .ShouldBe("1.76 to 1.98 GHz, never held down in rounds that count");

    [Fact]
    public void Words_Throttled_NamesEachReasonOnce() =>
        GpuClocks.Words([Timing(1.98e9), Timing(1.98e9, "power_cap"), Timing(1.98e9, "hw_thermal,power_cap")])
            .ShouldBe("1.98 GHz, held down in 2 of 3 timings (hw_thermal, power_cap), though such rounds are measured again");

    [Fact]
    public void Words_ClockThatIsNotShown_SaysTheReasonsAlone() =>
        GpuClocks.Words([Timing(null, "sw_thermal")])
            .ShouldBe("held down in 1 of 1 timings (sw_thermal), though such rounds are measured again");

    private static LatencyResult Timing(double? clockHz, string? throttled = null) =>
        Sample.Latency("p", 1, float32Ms: 2) with { ClockHz = clockHz, Throttled = throttled };
}
