namespace Cluster.Grains.Tests.Support;

/// <summary>Slots of a host with GPUs that nobody has, and jobs made for them.</summary>
internal static class FakeSlots
{
    public const string Processors = "avx512-vnni";
    public const string Gpu = "Play 9, compute 9.0, driver 580.65, CUDA 12.6";

    public static SlotStatus Cpu(int index) => new()
    {
        Device = $"cpu:{index}",
        DeviceClass = Processors,
        Host = Processors,
        Targets = ["onnxruntime-cpu"],
    };

    public static SlotStatus Cuda(int index) => new()
    {
        Device = $"cuda:{index}",
        DeviceClass = Gpu,
        Host = Processors,
        Targets = ["libtorch-cuda"],
        MemoryBytes = 8L << 30,
        Lacks = ["float16"],
    };

    public static NodeStatus Node(string id, params SlotStatus[] slots) =>
        new() { Id = id, Version = "1", StartedAt = DateTimeOffset.UnixEpoch, Slots = slots };

    /// <summary>A job for a target; <paramref name="device"/> is the class of GPU that it was made for.</summary>
    public static SyntheticNetwork Job(SyntheticNetwork network, string target, string? device = null) => network with
    {
        Spec = network.Spec with
        {
            Options = network.Spec.Options with { Target = target, Reconstruct = ReconstructionMode.Always, Iterations = 10 },
            Versions = new EvaluatorVersions("1", "synthetic 1", Processors, device),
        },
    };
}
