using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Gpus;
using Cluster.Kernels.Calibration;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Evaluation.Parity;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Plans;

namespace Cluster.Evaluation.Targets;

/// <summary>
/// A runtime that plans are made and measured for: what `--target` names. Everything that differs between targets is behind this
/// interface; <see cref="TargetList"/> is the one place that knows them all.
/// </summary>
internal interface ITarget
{
    /// <summary>Its name on the command line and in plans, such as "onnxruntime-cpu".</summary>
    string Name { get; }

    /// <summary>The runtime with its version, as latencies name it.</summary>
    string Runtime { get; }

    /// <summary>The device that it computes on, as latencies name it: "cpu", "cuda:0".</summary>
    string Device { get; }

    /// <summary>Whether it computes on a GPU: slots on processors run none of its files.</summary>
    bool UsesGpu => false;

    /// <summary>The class of that GPU, of which its counts and times are; null for a target on the processors.</summary>
    string? DeviceClass => null;

    /// <summary>Whether the libraries of this machine have its runtime; whether device and driver are there is not the question.</summary>
    bool IsInstalled => true;

    /// <summary>What a search may give groups besides FP32, INT8 first, which everything is compared with.</summary>
    IReadOnlyList<GroupFormat> Formats => PlanTranslator.UsualFormats;

    /// <summary>Those of them that it gives where none are asked for.</summary>
    IReadOnlyList<GroupFormat> SearchedFormats => [GroupFormat.Int8];

    /// <summary>Shows the clocks of that GPU, where they can be seen.</summary>
    IGpuSensor? Sensor => null;

    /// <summary>The same target on a slot's device.</summary>
    ITarget On(SlotDevice slot) => this;

    /// <summary>How its runtime wants the file of a plan.</summary>
    IFileForm Form(CalibrationStatistics statistics) => new QdqForm();

    /// <summary>Refuses a target that cannot compute on this machine, before any work.</summary>
    /// <exception cref="JobException">It cannot; in one sentence that says what to do.</exception>
    void RequireUsable();

    /// <summary>Opens a network for accuracy and latency: the bytes of a published file, or of one in FP32.</summary>
    /// <param name="threads">Of the runtime, in one run.</param>
    /// <param name="name">What messages call the file.</param>
    IRuntimeNetwork Open(byte[] file, int threads, string name);

    /// <summary>Where the time of a run goes: medians of each group's kernels, and of changes of precision apart.</summary>
    /// <param name="inputs">One for each input of the network, in order.</param>
    KernelTimes Profile(GroupedGraph graph, byte[] file, int threads, IReadOnlyList<TensorData> inputs, CancellationToken cancellation);

    /// <summary>Whether the runtime computes what the simulation of the plan does, by this target's rules.</summary>
    /// <param name="artefact">Of a plan that quantizes something.</param>
    /// <param name="outputs">What the job takes the network's outputs for.</param>
    ParityReport Check(
        FloatNetwork float32, BuiltArtefact artefact, ImageBatches images, OutputKind outputs, CancellationToken cancellation);
}
