using Cluster.Silo.Gpus;
using Cluster.Silo.Telemetry;
using Cluster.Silo.Tests.Telemetry;
using Cluster.Tests;
using Microsoft.Extensions.Logging;

namespace Cluster.Silo.Tests.Gpus;

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
        nvml.Device(1).ShouldBeNull("there is one");
        var device = nvml.Device(0).ShouldNotBeNull();
        device.Device.ShouldBe("cuda:0");
        device.Class.ShouldBe("NVIDIA Play 9, compute 9.0, driver 580.65.06");
        var reading = device.Read();
        reading.Utilization.ShouldBe(0.75);
        (reading.UsedBytes, reading.TotalBytes).ShouldBe((600, 1000));
        reading.Power.ShouldBeNull("it does not say");
        reading.ClockHz.ShouldBe(1.98e9);
        reading.Throttled.ShouldNotBeNull().Order(StringComparer.Ordinal).ShouldBe(["hw_thermal", "power_cap"]);
    }

    [Fact]
    public async Task Begin_SlotsOnAPlayedGpu_AreMeasuredAndNamed()
    {
        string library = await FakeNvml.MakeAsync(_folder.Root);
        using var metrics = new SiloMetrics(TimeProvider.System);
        using var measured = new Measurements(metrics);
        using var log = new LineLog();
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(log));

        new GpuWatch(metrics, loggers.CreateLogger<GpuWatch>()).Begin(["cpu:0", "cuda:0", "cuda:1"], library);
        measured.Look();

        measured.Of("hw.gpu.utilization{hw.id=cuda:0}").ShouldBe([0.75]);
        measured.Of("hw.gpu.memory.usage{hw.id=cuda:0}").ShouldBe([600]);
        measured.Of("hw.gpu.memory.limit{hw.id=cuda:0}").ShouldBe([1000]);
        measured.Of("hw.gpu.clock{hw.id=cuda:0}").ShouldBe([1.98e9]);
        measured.Of("hw.gpu.power{hw.id=cuda:0}").ShouldBeEmpty();
        measured.Of("hw.gpu.throttled{hw.id=cuda:0,cluster.reason=power_cap}").ShouldBe([1]);
        measured.Of("hw.gpu.throttled{hw.id=cuda:0,cluster.reason=hw_slowdown}").ShouldBe([0]);
        log.Lines.ShouldHaveSingleItem().Text.ShouldContain("GPU cuda:0 is a NVIDIA Play 9, compute 9.0, driver 580.65.06");
    }

    [Fact]
    public void Begin_WithoutTheLibrary_SaysSoOnceAndMeasuresNothing()
    {
        using var metrics = new SiloMetrics(TimeProvider.System);
        using var measured = new Measurements(metrics);
        using var log = new LineLog();
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(log));

        new GpuWatch(metrics, loggers.CreateLogger<GpuWatch>()).Begin(["cuda:0", "cuda:1"], _folder["libnone.so"]);
        new GpuWatch(metrics, loggers.CreateLogger<GpuWatch>()).Begin(["cpu:0"], _folder["libnone.so"]);
        measured.Look();

        measured.Names.ShouldNotContain(name => name.StartsWith("hw.gpu", StringComparison.Ordinal));
        log.Lines.ShouldHaveSingleItem().Text.ShouldContain("GPUs have no metrics: ");
    }
}
