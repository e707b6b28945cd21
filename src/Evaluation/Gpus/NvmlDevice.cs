namespace Cluster.Evaluation.Gpus;

/// <summary>A GPU as NVML shows it.</summary>
public sealed class NvmlDevice : IGpuSensor
{
    private const double MilliwattsAWatt = 1000;
    private const double HertzAMegahertz = 1e6;
    private const double Percent = 100;

    private readonly Nvml _nvml;
    private readonly nint _handle;
    private readonly int _index;

    internal NvmlDevice(Nvml nvml, nint handle, int index) => (_nvml, _handle, _index) = (nvml, handle, index);

    /// <inheritdoc/>
    public string Device => $"cuda:{_index}";

    /// <summary>The class that its results and times belong to: name, compute capability and driver; unknown parts are left out.</summary>
    public string Class => string.Join(", ", new[] { _nvml.Name(_handle), Capability(), Driver() }.OfType<string>());

    /// <summary>Major and minor number of its compute capability, or null.</summary>
    public (int Major, int Minor)? ComputeCapability => _nvml.Capability(_handle);

    /// <summary>Bytes of its memory, or null.</summary>
    public long? MemoryBytes => (long?)_nvml.Memory(_handle)?.Total;

    /// <inheritdoc/>
    public GpuReading Read()
    {
        var memory = _nvml.Memory(_handle);
        return new GpuReading
        {
            Utilization = _nvml.Utilization(_handle)?.Gpu / Percent,
            UsedBytes = (long?)memory?.Used,
            TotalBytes = (long?)memory?.Total,
            Power = _nvml.Milliwatts(_handle) / MilliwattsAWatt,
            ClockHz = _nvml.Megahertz(_handle) * HertzAMegahertz,
            Throttled = _nvml.Throttled(_handle) is { } mask ? ThrottleReasons.Of(mask) : null,
        };
    }

    private string? Capability() => ComputeCapability is var (major, minor)
        ? $"compute {major}.{minor}"
        : null;

    private string? Driver() => _nvml.DriverVersion() is { } version ? $"driver {version}" : null;
}
