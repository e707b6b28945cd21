using Cluster.Evaluation.Targets.Libtorch;
using Cluster.Evaluation.Targets.OnnxRuntime;

namespace Cluster.Evaluation.Targets;

/// <summary>The targets of this version.</summary>
internal static class TargetList
{
    // The code of libtorch-cuda on the processor, for tests and bench/gpu/accept. It multiplies codes in FP32, so its times say nothing.
    private static readonly LibtorchTarget _onProcessor = new("libtorch-cpu", SlotDevice.Processors);

    /// <summary>The targets that a user chooses from; the default of single steps comes first.</summary>
    public static IReadOnlyList<ITarget> All { get; } =
    [
        new OnnxRuntimeCpu(TimingAgent.Configured),
        new LibtorchTarget("libtorch-cuda", SlotDevice.Gpu(0)),
        new OnnxRuntimeGpu("onnxruntime-cuda", "cuda", byTensorRtRules: false, SlotDevice.Gpu(0)),
        new OnnxRuntimeGpu("onnxruntime-tensorrt", "tensorrt", byTensorRtRules: true, SlotDevice.Gpu(0)),
    ];

    /// <summary>The default target.</summary>
    public static ITarget Usual => All[0];

    /// <summary>Finds a target by name.</summary>
    /// <exception cref="JobException">There is no target of that name.</exception>
    public static ITarget Find(string name) => All.Append(_onProcessor).FirstOrDefault(target => target.Name == name)
        ?? throw new JobException(
            $"The target is '{name}' where one of {string.Join(", ", All.Select(target => target.Name))} is expected: choose one "
            + "of them, or use a version of cluster that has it.")
        {
            FailsOn = JobFault.Request,
        };
}
