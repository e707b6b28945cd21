using Cluster.Silo.Gpus;
using Microsoft.Extensions.Logging;

namespace Cluster.Silo.Telemetry;

/// <summary>Has the GPUs of a silo's slots measured, where NVIDIA's library is there.</summary>
internal sealed partial class GpuWatch(SiloMetrics metrics, ILogger<GpuWatch> logger)
{
    /// <param name="devices">Of the slots: "cpu:0", "cuda:1".</param>
    /// <param name="library">NVML's file.</param>
    public void Begin(IEnumerable<string> devices, string library = Nvml.FileName)
    {
        int[] gpus = [.. devices
            .Where(device => device.StartsWith("cuda:", StringComparison.Ordinal))
            .Select(device => int.Parse(device.AsSpan("cuda:".Length), System.Globalization.CultureInfo.InvariantCulture))];
        if (gpus.Length == 0)
        {
            return;
        }

        if (Nvml.TryOpen(library, out string? problem) is not { } nvml)
        {
            Absent(logger, problem!);
            return;
        }

        foreach (int gpu in gpus)
        {
            if (nvml.Device(gpu) is { } device)
            {
                metrics.Add(device);
                Found(logger, device.Device, device.Class);
            }
        }
    }

    [LoggerMessage(EventId = 1601, Level = LogLevel.Debug, Message = "GPUs have no metrics: {Problem}")]
    private static partial void Absent(ILogger logger, string problem);

    [LoggerMessage(EventId = 1602, Level = LogLevel.Information, Message = "GPU {Device} is a {Class}")]
    private static partial void Found(ILogger logger, string device, string @class);
}
