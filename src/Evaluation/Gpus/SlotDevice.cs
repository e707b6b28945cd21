namespace Cluster.Evaluation.Gpus;

/// <summary>The device of a slot's work: the processors, or a GPU. A missing GPU is never replaced silently.</summary>
public sealed class SlotDevice
{
    /// <summary>Environment variable of a slot's child process: its GPU, numbered as in the child.</summary>
    public const string Variable = "CLUSTER_SLOT_DEVICE";

    /// <summary>Environment variable of a slot's child process: the class that its silo announced.</summary>
    public const string ClassVariable = "CLUSTER_SLOT_CLASS";

    private const string Prefix = "cuda:";

    private readonly ComputeDevice _device;
    private readonly Lazy<string?> _class;
    private readonly Lazy<IGpuSensor?> _sensor;

    /// <param name="isGpu">Whether it counts as a GPU: a test's GPU may compute on the processors.</param>
    internal SlotDevice(ComputeDevice device, bool isGpu, Func<string?> deviceClass, Func<IGpuSensor?> sensor)
    {
        IsGpu = isGpu;
        _device = device;
        _class = new Lazy<string?>(deviceClass);
        _sensor = new Lazy<IGpuSensor?>(sensor);
    }

    /// <summary>The processors.</summary>
    public static SlotDevice Processors { get; } = new(ComputeDevice.Cpu, isGpu: false, static () => null, static () => null);

    /// <summary>A GPU of this process, by its number.</summary>
    public static SlotDevice Gpu(int index, string? deviceClass = null) => new(
        ComputeDevice.Parse($"{Prefix}{index}"),
        isGpu: true,
        () => deviceClass ?? ClassOf(index),
        () => Nvml.TryOpen(Nvml.FileName, out _)?.Visible(index));

    /// <summary>The device of the slot whose child this process is; the processors in any other process.</summary>
    public static SlotDevice Current() => NumberOf(Environment.GetEnvironmentVariable(Variable) ?? string.Empty) is { } index
        ? Gpu(index, Environment.GetEnvironmentVariable(ClassVariable) is { Length: > 0 } known ? known : null)
        : Processors;

    /// <summary>Whether it is not the processors.</summary>
    public bool IsGpu { get; }

    /// <summary>Devices of one class give comparable times and equal counts; null for the processors.</summary>
    public string? Class => _class.Value;

    /// <summary>Its clocks, if NVML reports them.</summary>
    public IGpuSensor? Sensor => _sensor.Value;

    /// <summary>The name in libtorch.</summary>
    public override string ToString() => _device.ToString();

    /// <summary>The device itself.</summary>
    /// <exception cref="DeviceUnusableException">
    /// It is a GPU that libtorch cannot use: the slot is at fault, and the work is done elsewhere.
    /// </exception>
    internal ComputeDevice Require() =>
        Problem() is { } problem ? throw new DeviceUnusableException($"The slot's GPU cannot be used: {problem}") : _device;

    /// <summary>Why the device cannot compute in this process, or null if it can.</summary>
    internal string? Problem() => Refusal(_device.RequireComputing);

    /// <summary>Why a slot's GPU is missing, or null if it exists; nothing is computed, which would take some of its memory.</summary>
    public static string? Problem(string slot) => NumberOf(slot) is { } index ? Refusal(Gpu(index)._device.RequireUsable) : null;

    /// <summary>The variable's value for a slot such as "cpu:1" or "cuda:2". A child sees only its own GPU, as the first.</summary>
    public static string? Of(string slot) => NumberOf(slot) is null ? null : $"{Prefix}0";

    /// <summary>The number of a slot's GPU, or null for a slot on the processors.</summary>
    public static int? NumberOf(string slot) => slot.StartsWith(Prefix, StringComparison.Ordinal)
        ? int.Parse(slot.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture)
        : null;

    private static string? Refusal(Action check)
    {
        try
        {
            check();
            return null;
        }
        catch (KernelException refusal)
        {
            return refusal.Message;
        }
    }

    private static string ClassOf(int index) => string.Join(", ",
    [
        Nvml.TryOpen(Nvml.FileName, out _)?.Visible(index)?.Class ?? "GPU without NVML",
        $"libtorch {TorchSettings.Version}",
    ]);
}
