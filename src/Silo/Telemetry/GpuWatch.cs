namespace Cluster.Silo.Telemetry;

/// <summary>Measures the GPUs of a silo's slots while the silo runs, if NVIDIA's library exists.</summary>
/// <param name="devices">The slots' devices: "cpu:0", "cuda:1".</param>
/// <param name="library">NVML's file.</param>
internal sealed partial class GpuWatch(IEnumerable<string> devices, string library, SiloMetrics metrics, ILogger<GpuWatch> logger)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        int[] gpus = [.. devices.Select(SlotDevice.NumberOf).OfType<int>()];
        if (gpus.Length == 0)
        {
            return Task.CompletedTask;
        }

        if (Nvml.TryOpen(library, out string? problem) is not { } nvml)
        {
            Absent(logger, problem!);
            return Task.CompletedTask;
        }

        foreach (var device in gpus.Select(nvml.Visible).OfType<NvmlDevice>())
        {
            metrics.Add(device);
            Found(logger, device.Device, device.Class);
        }

        return Task.CompletedTask;
    }

    // Gauges end with their meter.
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 1601, Level = LogLevel.Debug, Message = "GPUs have no metrics: {Problem}")]
    private static partial void Absent(ILogger logger, string problem);

    [LoggerMessage(EventId = 1602, Level = LogLevel.Information, Message = "GPU {Device} is a {Class}")]
    private static partial void Found(ILogger logger, string device, string @class);
}
