using System.Globalization;

namespace Cluster.Evaluation.Tests.Gpus;

public sealed class NvmlTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TryOpen_LibraryThatIsNotThere_SaysSo()
    {
        Nvml.TryOpen(_folder["libnone.so"], out string? problem).ShouldBeNull();

        problem.ShouldBe($"{_folder["libnone.so"]} is not on this machine.");
    }

    [Fact]
    public async Task Read_PlayedGpu_IsWhatItSays()
    {
        var nvml = Nvml.TryOpen(await FakeNvml.MakeAsync(_folder.Root), out string? problem).ShouldNotBeNull();

        problem.ShouldBeNull();
        nvml.Visible(1).ShouldBeNull("there is one");
        var device = nvml.Visible(0).ShouldNotBeNull();
        device.Device.ShouldBe("cuda:0");
        device.Class.ShouldBe("NVIDIA Play 9, compute 9.0, driver 580.65.06");
        var reading = device.Read();
        reading.Utilization.ShouldBe(0.75);
        (reading.UsedBytes, reading.TotalBytes).ShouldBe((600, 1000));
        reading.Power.ShouldBeNull("it does not say");
        reading.ClockHz.ShouldBe(1.98e9);
        reading.Throttled.ShouldNotBeNull().Order(StringComparer.Ordinal).ShouldBe(["hw_thermal", "power_cap"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Measure_RoundsWhoseClocksAreHeldDown_AreMeasuredAgain(int heldDown)
    {
        var watch = await WatchAsync(heldDown);
        int runs = 0;

        var timed = LatencyMeter.Measure([() => runs++], Rounds(watch), TimeProvider.System, CancellationToken.None);

        timed[0].SamplesMs.Count.ShouldBe(10);
        runs.ShouldBe(1 + 10 + heldDown, "one to warm up");
        (watch.ClockHz, watch.Throttled).ShouldBe((1.98e9, null));
    }

    [Fact]
    public async Task Measure_GpuThatIsAlwaysHeldDown_IsTimedAllTheSameAndTheReasonsAreTold()
    {
        var watch = await WatchAsync(int.MaxValue);
        int runs = 0;

        var timed = LatencyMeter.Measure([() => runs++], Rounds(watch), TimeProvider.System, CancellationToken.None);

        timed[0].SamplesMs.Count.ShouldBe(10);
        runs.ShouldBe(1 + 10 + ThrottleWatch.MostRepeated);
        watch.Throttled.ShouldBe("hw_thermal,power_cap");
    }

    [Fact]
    public void Look_WithoutAGpu_AsksNobody() => new ThrottleWatch(null).Look.ShouldBeNull();

    private static LatencyOptions Rounds(ThrottleWatch watch) => new()
    {
        Rounds = 10,
        WarmUpRuns = 0,
        WarmUpTime = TimeSpan.Zero,
        TimeCap = TimeSpan.Zero,
        FewestRounds = 10,
        IsSpoilt = watch.Look,
    };

    private async Task<ThrottleWatch> WatchAsync(int heldDown)
    {
        string library = await FakeNvml.MakeAsync(_folder.Root, heldDown.ToString(CultureInfo.InvariantCulture));
        return new ThrottleWatch(Nvml.TryOpen(library, out _).ShouldNotBeNull().Visible(0).ShouldNotBeNull());
    }
}
