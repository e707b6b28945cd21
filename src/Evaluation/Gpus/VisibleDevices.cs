using System.Globalization;

namespace Cluster.Evaluation.Gpus;

/// <summary>Which GPUs of the machine this process may use, and in which order.</summary>
public static class VisibleDevices
{
    /// <summary>CUDA's environment variable: numbers or UUIDs, separated by commas.</summary>
    public const string Variable = "CUDA_VISIBLE_DEVICES";

    /// <summary>CUDA's environment variable of the order of numbers, and its value for NVML's order; CUDA puts the fastest first.</summary>
    public const string OrderVariable = "CUDA_DEVICE_ORDER";

    /// <inheritdoc cref="OrderVariable"/>
    public const string BusOrder = "PCI_BUS_ID";

    /// <summary>The number or UUID of the GPU that this process counts as <paramref name="index"/>.</summary>
    public static string NameOf(int index)
    {
        string[] names = (Environment.GetEnvironmentVariable(Variable) ?? string.Empty)
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return index < names.Length ? names[index] : index.ToString(CultureInfo.InvariantCulture);
    }
}
