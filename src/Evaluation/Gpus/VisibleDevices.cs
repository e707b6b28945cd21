namespace Cluster.Evaluation.Gpus;

/// <summary>The GPUs of the machine that this process may use, and their order.</summary>
public static class VisibleDevices
{
    /// <summary>CUDA's environment variable: numbers or UUIDs, separated by commas.</summary>
    public const string Variable = "CUDA_VISIBLE_DEVICES";

    /// <summary>CUDA's environment variable for the numbering, and its value for NVML's; by default the fastest comes first.</summary>
    public const string OrderVariable = "CUDA_DEVICE_ORDER";

    /// <inheritdoc cref="OrderVariable"/>
    public const string BusOrder = "PCI_BUS_ID";

    /// <summary>The number or UUID of the GPU with number <paramref name="index"/> in this process.</summary>
    public static string NameOf(int index)
    {
        string[] names = (Environment.GetEnvironmentVariable(Variable) ?? string.Empty)
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return index < names.Length ? names[index] : index.ToString(CultureInfo.InvariantCulture);
    }
}
