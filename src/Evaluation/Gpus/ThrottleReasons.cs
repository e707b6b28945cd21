namespace Cluster.Evaluation.Gpus;

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
