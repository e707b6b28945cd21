using System.Globalization;

namespace Cluster.Silo.Gpus;

/// <summary>A GPU as NVML shows it.</summary>
internal sealed class NvmlDevice(Nvml nvml, nint handle, int index) : IGpuSensor
{
    private const double MilliwattsAWatt = 1000;
    private const double HertzAMegahertz = 1e6;
    private const double Percent = 100;

    public string Device => string.Create(CultureInfo.InvariantCulture, $"cuda:{index}");

    /// <summary>What its results and times belong to: name, compute capability and driver; what is not known is left out.</summary>
    public string Class => string.Join(", ", new[] { nvml.Name(handle), Capability(), Driver() }.OfType<string>());

    public GpuReading Read()
    {
        var memory = nvml.Memory(handle);
        return new GpuReading
        {
            Utilization = nvml.Utilization(handle)?.Gpu / Percent,
            UsedBytes = (long?)memory?.Used,
            TotalBytes = (long?)memory?.Total,
            Power = nvml.Milliwatts(handle) / MilliwattsAWatt,
            ClockHz = nvml.Megahertz(handle) * HertzAMegahertz,
            Throttled = nvml.Throttled(handle) is { } mask ? ThrottleReasons.Of(mask) : null,
        };
    }

    private string? Capability() => nvml.Capability(handle) is var (major, minor)
        ? string.Create(CultureInfo.InvariantCulture, $"compute {major}.{minor}")
        : null;

    private string? Driver() => nvml.DriverVersion() is { } version ? $"driver {version}" : null;
}
