namespace Cluster.Evaluation.Gpus;

/// <summary>
/// NVIDIA's management library, through its C interface (nvml.h), loaded if the driver installed it. Open for the life of the process, like
/// the library.
/// </summary>
public sealed unsafe class Nvml
{
    /// <summary>The file name that the driver installs.</summary>
    public const string FileName = "libnvidia-ml.so.1";

    private const int Success = 0;
    private const int TextLength = 96; // NVML_DEVICE_NAME_V2_BUFFER_SIZE
    private const int MultiprocessorClock = 1; // NVML_CLOCK_SM
    private readonly nint _library;

    private Nvml(nint library) => _library = library;

    /// <summary>Opens the library, or says in one sentence why there is none.</summary>
    public static Nvml? TryOpen(string file, out string? problem)
    {
        problem = null;
        if (!NativeLibrary.TryLoad(file, out nint library))
        {
            problem = $"{file} is not on this machine.";
            return null;
        }

        var nvml = new Nvml(library);
        nint start = nvml.Function("nvmlInit_v2");
        int status = start == 0 ? -1 : ((delegate* unmanaged<int>)start)();
        if (status != Success)
        {
            problem = $"{file} does not start (status {status}).";
            return null;
        }

        return nvml;
    }

    /// <summary>The GPU with this number in libtorch, in this process, under CUDA_VISIBLE_DEVICES; null if there is none.</summary>
    public NvmlDevice? Visible(int index)
    {
        string name = VisibleDevices.NameOf(index);
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return Handle(number) is { } handle ? new NvmlDevice(this, handle, index) : null;
        }

        return Handle(name) is { } found ? new NvmlDevice(this, found, index) : null;
    }

    /// <summary>Version of the driver, or null.</summary>
    public string? DriverVersion()
    {
        nint read = Function("nvmlSystemGetDriverVersion");
        byte* text = stackalloc byte[TextLength];
        return read != 0 && ((delegate* unmanaged<byte*, uint, int>)read)(text, TextLength) == Success ? Text(text) : null;
    }

    internal string? Name(nint device)
    {
        nint read = Function("nvmlDeviceGetName");
        byte* text = stackalloc byte[TextLength];
        return read != 0 && ((delegate* unmanaged<nint, byte*, uint, int>)read)(device, text, TextLength) == Success ? Text(text) : null;
    }

    internal (int Major, int Minor)? Capability(nint device)
    {
        nint read = Function("nvmlDeviceGetCudaComputeCapability");
        int major;
        int minor;
        return read != 0 && ((delegate* unmanaged<nint, int*, int*, int>)read)(device, &major, &minor) == Success ? (major, minor) : null;
    }

    internal (uint Gpu, uint Memory)? Utilization(nint device) => Pair<uint>("nvmlDeviceGetUtilizationRates", device, 2) is { } rates
        ? (rates[0], rates[1])
        : null;

    internal (ulong Total, ulong Used)? Memory(nint device) => Pair<ulong>("nvmlDeviceGetMemoryInfo", device, 3) is { } memory
        ? (memory[0], memory[2])
        : null;

    internal uint? Milliwatts(nint device) => Pair<uint>("nvmlDeviceGetPowerUsage", device, 1)?[0];

    internal ulong? Throttled(nint device) => Pair<ulong>("nvmlDeviceGetCurrentClocksThrottleReasons", device, 1)?[0];

    internal uint? Megahertz(nint device)
    {
        nint read = Function("nvmlDeviceGetClockInfo");
        uint clock;
        return read != 0 && ((delegate* unmanaged<nint, int, uint*, int>)read)(device, MultiprocessorClock, &clock) == Success
            ? clock
            : null;
    }

    private nint? Handle(int number)
    {
        nint find = Function("nvmlDeviceGetHandleByIndex_v2");
        nint handle;
        return find != 0 && ((delegate* unmanaged<uint, nint*, int>)find)((uint)number, &handle) == Success ? handle : null;
    }

    private nint? Handle(string uuid)
    {
        nint find = Function("nvmlDeviceGetHandleByUUID");
        nint handle;
        fixed (byte* text = Encoding.UTF8.GetBytes(uuid + '\0'))
        {
            return find != 0 && ((delegate* unmanaged<byte*, nint*, int>)find)(text, &handle) == Success ? handle : null;
        }
    }

    // For functions that fill several numbers of one type, stored consecutively.
    private T[]? Pair<T>(string function, nint device, int count)
        where T : unmanaged
    {
        nint read = Function(function);
        T* values = stackalloc T[count];
        return read != 0 && ((delegate* unmanaged<nint, void*, int>)read)(device, values) == Success
            ? new ReadOnlySpan<T>(values, count).ToArray()
            : null;
    }

    // Older drivers lack some functions; a missing one is not an error.
    private nint Function(string name) => NativeLibrary.TryGetExport(_library, name, out nint address) ? address : 0;

    private static string Text(byte* text) =>
        Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
}

/// <summary>Why a GPU's clocks are throttled: the bits of NVML's nvmlClocksThrottleReason constants (nvml.h) that slow work.</summary>
public static class ThrottleReasons
{
    private static readonly (ulong Bit, string Name)[] Bits =
    [
        (0x4, "power_cap"),
        (0x8, "hw_slowdown"),
        (0x20, "sw_thermal"),
        (0x40, "hw_thermal"),
        (0x80, "hw_power_brake"),
    ];

    /// <summary>Every name.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Bits.Select(reason => reason.Name)];

    /// <summary>The names of a mask's reasons; idle and operator settings are left out.</summary>
    public static IReadOnlySet<string> Of(ulong mask) =>
        Bits.Where(reason => (mask & reason.Bit) != 0).Select(reason => reason.Name).ToHashSet(StringComparer.Ordinal);
}

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
