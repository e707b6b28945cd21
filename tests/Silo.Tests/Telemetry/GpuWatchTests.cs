namespace Cluster.Silo.Tests.Telemetry;

public sealed class GpuWatchTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_SlotsOnAPlayedGpu_AreMeasuredAndNamed()
    {
        string library = await FakeNvml.MakeAsync(_folder.Root);
        using var metrics = new SiloMetrics(TimeProvider.System);
        using var measured = new Measurements(metrics);
        using var log = new LineLog();
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(log));

        await new GpuWatch(["cpu:0", "cuda:0", "cuda:1"], library, metrics, loggers.CreateLogger<GpuWatch>()).StartAsync(Cancellation);
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
    public async Task Start_WithoutTheLibrary_SaysSoOnceAndMeasuresNothing()
    {
        using var metrics = new SiloMetrics(TimeProvider.System);
        using var measured = new Measurements(metrics);
        using var log = new LineLog();
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(log));

        string absent = _folder["libnone.so"];

        await new GpuWatch(["cuda:0", "cuda:1"], absent, metrics, loggers.CreateLogger<GpuWatch>()).StartAsync(Cancellation);
        await new GpuWatch(["cpu:0"], absent, metrics, loggers.CreateLogger<GpuWatch>()).StartAsync(Cancellation);
        measured.Look();

        measured.Names.ShouldNotContain(name => name.StartsWith("hw.gpu", StringComparison.Ordinal));
        log.Lines.ShouldHaveSingleItem().Text.ShouldContain("GPUs have no metrics: ");
    }
}
