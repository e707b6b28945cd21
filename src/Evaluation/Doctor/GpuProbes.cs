namespace Cluster.Evaluation.Doctor;

/// <summary>Checks whether GPUs are whole and free of other work, which would distort a candidate's latency.</summary>
internal static class GpuProbes
{
    // A desktop's memory.
    private const double OthersGiB = 1;

    public static IEnumerable<Finding> All()
    {
        if (Sharing(Environment.GetEnvironmentVariable) is { } shared)
        {
            yield return shared;
        }

        if (Nvml.TryOpen(Nvml.FileName, out _) is { } nvml)
        {
            for (int index = 0; nvml.Visible(index) is { } gpu; index++)
            {
                yield return Judge(gpu.Device, gpu.Class, gpu.Read().UsedBytes ?? 0);
            }
        }
    }

    /// <summary>A finding if NVIDIA's container runtime or device plugin says that a GPU is shared; else null.</summary>
    /// <param name="variable">Reads environment variables.</param>
    internal static Finding? Sharing(Func<string, string?> variable)
    {
        const string Whole = "give whole GPUs, without MIG, MPS and time-slicing: milliseconds would be those of what shares it, too";
        string given = $"{variable("NVIDIA_VISIBLE_DEVICES")},{variable(VisibleDevices.Variable)}";
        return given.Contains("MIG-", StringComparison.Ordinal) ? Finding.Fail("GPU", "a slice of a GPU (MIG)", Whole)
            : given.Contains("::", StringComparison.Ordinal) ? Finding.Fail("GPU", "a GPU that is time-sliced", Whole)
            : variable("CUDA_MPS_PIPE_DIRECTORY") is { Length: > 0 } ? Finding.Fail("GPU", "a GPU that others share (MPS)", Whole)
            : null;
    }

    /// <summary>Whether other processes use a GPU.</summary>
    internal static Finding Judge(string device, string kind, long usedBytes)
    {
        double used = usedBytes / (double)(1L << 30);
        return used < OthersGiB
            ? Finding.Ok(device, kind)
            : Finding.Warn(
                device, $"{kind}: {used:F1} GiB of its memory are in use", "end what uses it, whose work would be in the milliseconds");
    }
}
